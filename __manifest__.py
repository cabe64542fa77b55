{
    'name': "QuickBooks Online",
    'version': '19.0.1.0.0',
    'summary': "Keep Odoo and QuickBooks Online in step, both ways",
    'author': "quickbooks_online contributors, Odoo Community Association (OCA)",
    'license': 'LGPL-3',
    'category': 'Accounting/Accounting',
    'application': True,
    'depends': ['account'],
    'external_dependencies': {
        'python': ['requests-oauthlib', 'python-quickbooks', 'cryptography'],
    },
    'data': [
        'security/quickbooks_online_groups.xml',
        'security/ir.model.access.csv',
        'security/quickbooks_online_rules.xml',
        'views/qbo_request_views.xml',
        'views/qbo_log_views.xml',
        'views/qbo_link_views.xml',
        'views/qbo_connection_views.xml',
        'views/res_partner_views.xml',
        'views/quickbooks_online_menus.xml',
        'wizards/qbo_preview_views.xml',
    ],
    'assets': {
        'web.assets_backend': ['quickbooks_online/static/src/**/*'],
        'web.assets_tests': ['quickbooks_online/static/tests/tours/**/*'],
    },
}
