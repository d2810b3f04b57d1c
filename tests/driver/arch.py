"""What the nodes of a view say: what is beside what, called how, hidden when."""

#: What an attribute of a view has that switches something off.
NO = ("0", "false", "False")


def own(root, *tags):
    """Yield the nodes of a view that do not belong to the lines of one of its fields.

    >>> from lxml import etree
    >>> root = etree.fromstring(
    ...     "<form><field name='a'><list><field name='b'/></list></field></form>"
    ... )
    >>> [node.get("name") for node in own(root, "field")]
    ['a']
    """
    for node in root.iter(*tags):
        if not any(up.tag == "field" for up in upward(node, root)[1:]):
            yield node


def upward(node, root):
    """Return a node and what it is inside of, the view's root last but left out.

    >>> from lxml import etree
    >>> root = etree.fromstring("<form><page><field/></page></form>")
    >>> [up.tag for up in upward(root[0][0], root)]
    ['field', 'page']
    """
    found = []
    while node is not None and node is not root:
        found.append(node)
        node = node.getparent()
    return found


def label(button):
    """Return what is written on a button.

    >>> from lxml import etree
    >>> label(etree.fromstring("<button string='Accept' name='action_accept'/>"))
    'Accept'
    >>> label(etree.fromstring("<button><field string='Notices'/></button>"))
    'Notices'
    >>> label(etree.fromstring("<button><span> Print  Papers </span></button>"))
    'Print Papers'
    """
    written = " ".join("".join(button.itertext()).split())
    inside = (node.get("string") for node in button.iter("field"))
    return (
        button.get("string")
        or written
        or next(filter(None, inside), "")
        or button.get("title")
        or button.get("name")
    )


def allows(root, what):
    """Return whether a view lets people ``create``, ``edit`` or ``delete``."""
    return root.get(what) not in NO
