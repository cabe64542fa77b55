from . import controllers, models, wizards


def uninstall_hook(env):
    """Give up the access to QuickBooks and remove the engines' scheduled actions, which are no data of the module.

    Which record is which entity outlives it, so that a later installation finds the links again.
    """
    for connection in env['qbo.connection'].with_context(active_test=False).search([]):
        if connection.state in ('connected', 'reconnect') and not connection._is_copy():
            connection.action_disconnect()
        env['qbo.link']._remember(connection)
        connection._forget_mark()
        connection.unlink()
