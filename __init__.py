from . import controllers, models, wizards


def uninstall_hook(env):
    """Give up the access to QuickBooks and remove the scheduled actions, which are no data of the module."""
    for connection in env['qbo.connection'].with_context(active_test=False).search([]):
        if connection.state in ('connected', 'reconnect'):
            connection.action_disconnect()
        connection.unlink()
