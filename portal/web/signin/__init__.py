"""How staff come in and go out: by a one-time link, or with the account of an OpenID provider, never by both."""
