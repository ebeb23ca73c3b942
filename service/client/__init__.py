"""The API's client for Python programs. Needs httpx and nothing else of this project; the folder may be copied.

with Client("http://127.0.0.1:8000", key="cchc_…") as client:
    answer = client.ask("Số TTHC cấp huyện đang có hiệu lực?")
    answer["figures"][0]["value_text"]  # "235"

`AsyncClient` has the same methods to await. For OpenAI's API and MCP there are other clients; see README.
"""

from service.client.calls import CchcError
from service.client.clients import AsyncClient, Client

__all__ = ["AsyncClient", "CchcError", "Client"]
