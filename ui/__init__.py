"""The web chat: Streamlit pages over the HTTP API. It knows the service only by its address."""
