"""Making reports: what is due, running the notebooks, and the record of what was made."""

from evalkit.reports.execute import Made
from evalkit.reports.plan import Job, plan
from evalkit.reports.runner import Packet, make_packet

__all__ = ["Job", "Made", "Packet", "make_packet", "plan"]
