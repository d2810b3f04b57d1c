"""External ids of the roles that keep, audit and manage; the others are in ``steps``."""

CUSTODIAN = "community_complaint.group_complaint_custodian"
AUDITOR = "community_complaint.group_complaint_auditor"
DISCIPLINE = "community_complaint.group_complaint_discipline"
MANAGER = "community_complaint.group_complaint_manager"
PUBLISHER = "community_complaint.group_complaint_publisher"
