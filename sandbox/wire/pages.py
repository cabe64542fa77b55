"""The pages for people: look at a company, edit its customers, make something go wrong."""

from .html import message_page


class Pages:
    """Serves the pages for one sandbox."""

    def __init__(self, control):
        self._control = control

    def serve(self, request):
        """Return the response for a request."""
        return message_page('QuickBooks sandbox', 'It runs.')
