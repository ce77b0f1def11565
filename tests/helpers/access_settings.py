"""A section of the file of settings with which people sign in, and its secret."""

COOKIE_SECRET = "a-secret-of-no-server-but-of-these-tests"
SIGN_IN = f"""
[sign_in]
client_id = "digitnet"
client_secret = "password"
server_metadata_url = "https://id.example/.well-known/openid-configuration"
redirect_uri = "https://digits.example/oauth2callback"
cookie_secret = "{COOKIE_SECRET}"
"""
