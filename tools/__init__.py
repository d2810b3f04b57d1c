"""What ``./run`` calls: set-up, databases, tests and checks; standard library only.

Everything here runs before the virtual environment exists, except the modules that
``./run`` starts inside it (``inside/``).
"""
