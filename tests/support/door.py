"""Where a server is."""


class Door:
    with_tls = False

    def __init__(self, host="127.0.0.1", port=0):
        self.host, self.port = host, port

    @property
    def authority(self):
        return f"{self.host}:{self.port}"

    @property
    def url(self):
        return f"{'https' if self.with_tls else 'http'}://{self.authority}"

    @property
    def ws_url(self):
        return f"{'wss' if self.with_tls else 'ws'}://{self.authority}"
