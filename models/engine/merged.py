"""Records that were merged in Odoo: whose their links are."""


def follow_merged(push):
    """Settle whose the links of merged records are, before anything is decided for either record."""
    merged = push.env['qbo.change'].search([('connection_id', '=', push.connection.id), ('merged_into_id', '>', 0)])
    for change in merged:
        model = push.env[change.res_model]
        target = model.browse(change.merged_into_id).exists()
        gone = model.browse(change.res_id)
        for mapping in push.env['qbo.mapping']._of_model(change.res_model) if target else ():
            if link := push.step.link(gone, mapping._entity):
                _follow(push, mapping, link, target)
    merged.unlink()


def _follow(push, mapping, link, target):
    """Give a link to the record that the linked one was merged into, unless that has one of its own."""
    own = push.step.link(target, mapping._entity)
    asked = push.requests._pending(push.connection).link_id
    if not link._is_there() and link not in asked:
        return  # as with any other record that is deleted
    what = {'name': link.name, 'target': target.display_name}
    if own._is_there() or own in asked:
        link.write({**link._cleared(), 'state': 'gone'})
        text = push.env._(
            "%(name)s was merged into %(target)s in Odoo. QuickBooks keeps both: merge them there as well, by giving "
            "%(name)s the name of the other.",
            **what,
        )
    else:
        mode = own.mode or 'auto'
        own.unlink()
        link.write({'res_id': target.id, 'name': target.display_name, 'mode': mode})
        push.env['qbo.change']._append(target, push.connection)
        text = push.env._("%(name)s was merged into %(target)s in Odoo, which is linked with it now.", **what)
    push.step.forget()
    push.connection._log('push', text, link)
