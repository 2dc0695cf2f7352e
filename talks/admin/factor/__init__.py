"""The second factor of a login: a code of an app, a security key, or a recovery code.

asked     whom the login asks for one, and who must have one
known     who the user of a request is: nobody, as long as the second factor has not been shown
keys      security keys and passkeys (WebAuthn)
step      the second step of the login
forms     what is typed on these pages
pages     the pages on which users set theirs up, and on which an administrator takes one away
"""
