{
    "name": "Community Complaint Website",
    "summary": "What website designers change of complaints is on record",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "category": "Services/Helpdesk",
    "author": "Community Complaint for Odoo contributors",
    "website": "https://github.com/community-complaint/community-complaint",
    "depends": ["community_complaint_portal", "website"],
    "auto_install": True,
}
