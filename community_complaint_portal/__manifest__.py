{
    "name": "Community Complaint Portal",
    "summary": "Residents file and follow complaints on their phone",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "category": "Services/Helpdesk",
    "author": "Community Complaint for Odoo contributors",
    "website": "https://github.com/community-complaint/community-complaint",
    "depends": ["community_complaint", "community_complaint_appeal", "portal"],
    "data": [
        "security/ir.model.access.csv",
        "security/ir_rule.xml",
        "views/complaint_layout_templates.xml",
        "views/complaint_public_templates.xml",
        "views/my_complaints_templates.xml",
        "views/complaint_filing_templates.xml",
        "views/complaint_appeal_templates.xml",
        "views/complaint_case_templates.xml",
    ],
    "demo": ["demo/portal_demo.xml"],
    "assets": {
        "web.assets_frontend": [
            "community_complaint_portal/static/src/scss/complaint_portal.scss",
            "community_complaint_portal/static/src/interactions/complaint_form.js",
        ],
    },
}
