"""What sums tell about what they add up: exact bounds of flows in a network; no ORM.

Every count is an edge with a least and a most; what flows into a node flows out of it.
As all counts are whole, so are the bounds: nobody who reads the sums can narrow a count
further, however they take them apart.

>>> net = Network()
>>> bottom, top = net.node(), net.node()
>>> _total = net.edge(bottom, top, 8, 8)
>>> noise, fees = net.edge(top, bottom, 1), net.edge(top, bottom, 1)
>>> net.fill(), net.narrow(noise, 5), net.narrow(noise, 9)
(True, None, (1, 7))
"""

#: More than any count.
MANY = 10**9


class Network:
    """Nodes, edges with a least and a most flow, and one flow that keeps to them."""

    def __init__(self):
        self.around = []
        self.ends, self.least, self.most, self.flow = [], [], [], []
        self.seen = []

    def node(self):
        """Return a new node."""
        self.around.append([])
        return len(self.around) - 1

    def edge(self, start, end, least=0, most=MANY):
        """Return a new edge from one node to another one."""
        number = len(self.ends)
        self.ends.append((start, end))
        self.least.append(least)
        self.most.append(most)
        self.flow.append(least)
        self.around[start].append((number, end, True))
        self.around[end].append((number, start, False))
        return number

    def fill(self):
        """Find a flow that keeps to all bounds; return whether there is one."""
        excess = [0] * len(self.around)
        for (start, end), flow in zip(self.ends, self.flow, strict=True):
            excess[start] -= flow
            excess[end] += flow
        for node in range(len(excess)):
            while excess[node] > 0:
                path, room = self._path(node, lambda other: excess[other] < 0)
                if not room:
                    return False
                goal = path[-1][1]
                moved = min(room, excess[node], -excess[goal])
                self._push(path, moved)
                excess[node] -= moved
                excess[goal] += moved
        self.seen = [[flow, flow] for flow in self.flow]
        return True

    def narrow(self, edge, width):
        """Return ``(least, most)`` of an edge if they differ by less than a width.

        :return: ``None`` if they differ by more; call :meth:`fill` first
        """
        low, high = self.seen[edge]
        if high - low >= width:
            return None
        high = self._vary(edge, high, width + low - high, True)
        if high - low >= width:
            return None
        low = self._vary(edge, low, width + low - high, False)
        return None if high - low >= width else (low, high)

    def _vary(self, edge, known, more, up):
        """Push a flow up or down beyond what is known by some more, as far as it goes."""
        start, end = self.ends[edge] if up else self.ends[edge][::-1]
        left = known + more - self.flow[edge] if up else self.flow[edge] - known + more
        while left > 0:
            bound = self.most[edge] if up else self.least[edge]
            here = min(left, abs(bound - self.flow[edge]))
            path, room = self._path(end, lambda node: node == start, edge)
            moved = min(here, room)
            if not moved:
                break
            self._push([*path, (edge, end, up)], moved)
            left -= moved
        return self.seen[edge][up]

    def _path(self, start, is_goal, without=None):
        """Return a shortest way on which flows may change, and by how much."""
        came, queue = {start: None}, [start]
        for node in queue:
            if node != start and is_goal(node):
                return self._way(came, node)
            for number, other, forth in self.around[node]:
                if (
                    other not in came
                    and number != without
                    and self._room(number, forth)
                ):
                    came[other] = (node, number, forth)
                    queue.append(other)
        return [], 0

    def _way(self, came, node):
        path, room = [], MANY
        while came[node]:
            before, number, forth = came[node]
            path.append((number, node, forth))
            room = min(room, self._room(number, forth))
            node = before
        return path[::-1], room

    def _room(self, number, forth):
        """Return by how much the flow of an edge may grow, or shrink."""
        flow = self.flow[number]
        return self.most[number] - flow if forth else flow - self.least[number]

    def _push(self, path, moved):
        for number, _node, forth in path:
            flow = self.flow[number] = self.flow[number] + (moved if forth else -moved)
            if self.seen:
                seen = self.seen[number]
                seen[0], seen[1] = min(seen[0], flow), max(seen[1], flow)
