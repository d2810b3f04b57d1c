"""People at work, without a browser: they do what their screens offer, and nothing else.

``person.Person`` is a colleague in the back office, ``resident.Resident`` somebody at the
office's pages, ``outside.Outside`` the world that mails and letters go to and come from.
"""
