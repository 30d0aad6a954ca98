"""OpenID Connect: the company's provider as a second way in. Without `[oidc]` in the settings nothing of it is there.

Whom the provider names is one of us when their account is connected with the provider's lasting subject. An account of
the directory is connected by itself when the provider vouches for an e-mail address that it alone has. An account with
a password of ours is connected by its owner alone, signed in, under My settings: an equal name or address takes nothing
over. People whom nobody knows are added only where `adds_people` says so.
"""
