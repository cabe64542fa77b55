"""How a record is shown on top of the screen."""


def dialog(record, title, **more):
    """Return the action that shows a record in a dialog.

    :param str title: translated
    :param more: more keys of the action, such as ``views``
    """
    return {
        'type': 'ir.actions.act_window',
        'name': title,
        'res_model': record._name,
        'res_id': record.id,
        'view_mode': 'form',
        'target': 'new',
        **more,
    }
