"""`python -m builder.commands` is `tessera`."""

import sys

from builder.commands import main

sys.exit(main())
