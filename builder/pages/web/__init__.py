"""What every page shares: who asks and what they may, language, answers to errors, headers, sign-in, health.

Pages use these names; the modules behind them are for this room and for `builder.app`.
"""

from builder.pages.web.guard import needs
from builder.pages.web.language import language, speak, speaking, theme
from builder.pages.web.once import once, once_apart
from builder.pages.web.paths import local_path
from builder.pages.web.visit import Visit, house, policy_in, reading, visit, writing

__all__ = [
    "Visit",
    "house",
    "language",
    "local_path",
    "needs",
    "once",
    "once_apart",
    "policy_in",
    "reading",
    "speak",
    "speaking",
    "theme",
    "visit",
    "writing",
]
