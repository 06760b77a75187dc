"""The one HTTP client. Nothing else in the product speaks to the outside over HTTP.

A caller makes a `Client` for the hosts that an operator named, and reaches no other. A name is resolved once,
every address it has is tested, and the connection goes to that very address, so that a second answer of the
name server changes nothing. https only, certificates verified; no redirects, no proxies from the environment,
no compressed answers; caps on size and on the time from first to last byte.

Hosts that an operator declares private ("127.0.0.1:8080", "erp.intranet") may have any address and speak http.
"""

from builder.outbound.answer import Answer, Unreached
from builder.outbound.client import Client, Limits

__all__ = ["Answer", "Client", "Limits", "Unreached"]
