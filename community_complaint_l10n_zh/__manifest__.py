{
    "name": "Community Complaint Chinese",
    "summary": "Chinese of the add-ons that a complaint office stands on",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "category": "Services/Helpdesk",
    "author": "Community Complaint for Odoo contributors",
    "website": "https://github.com/community-complaint/community-complaint",
    "depends": ["community_complaint"],
    "auto_install": True,
}
