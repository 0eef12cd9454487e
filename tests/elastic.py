"""A real Elasticsearch for the suite: one node, or a cluster of several, on loopback, ended with it.

It speaks TLS with a certificate of an authority made for it, as a centre's own cluster does.

The archive is the distribution of Elasticsearch's own integration tests: the bare server with its security, without
most modules. `.ci/packages` fetches it.
"""

import os
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import zipfile
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.request import Request, urlopen

from tests import certificates
from tests.services import ServiceMissing, fetched, free_port, java_home, spawn, unprivileged

VERSION: Final = "8.19.21"
USER: Final = "madoguchi"
PASSWORD: Final = "for-tests-only"
# The password as the server's own program keeps it.
_USERS: Final = f"{USER}:$2a$10$ZTUsX1ZcHnVTY7udwofCeOk6G3TbO/6sVfRObxb7Sp93FJonwW5qu\n"
# Small, and compiled for a fast start.
_JAVA: Final = "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1"
_START_SECONDS: Final = 240


def archive() -> Path:
    return fetched() / f"elasticsearch-{VERSION}.zip"


@dataclass
class Node:
    name: str
    folder: Path
    port: int
    transport: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def leader(self) -> int:
        """The process whose group the launcher and the server are. Raises LookupError where it does not run."""
        if self.process is None:
            raise LookupError(self.name)
        return self.process.pid

    def kill(self) -> None:
        """At once, as a power cut would; the launcher and the server are one group."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@dataclass
class Servers:
    folder: Path
    nodes: list[Node] = field(default_factory=list)
    java: str = _JAVA

    @property
    def urls(self) -> list[str]:
        return [node.url for node in self.nodes]

    @property
    def ca_file(self) -> str:
        """The authority that the nodes' certificate is of."""
        return str(self.folder / "ca.pem")

    def start(self, node: Node) -> None:
        """Start it, anew where it was killed. `wait` says when it answers."""
        environment = {
            "ES_JAVA_HOME": java_home(),
            "ES_PATH_CONF": str(node.folder / "config"),
            "ES_JAVA_OPTS": f"{self.java} -XX:-UsePerfData",
            "ES_TMPDIR": str(node.folder / "tmp"),
            "PATH": os.environ["PATH"],
            "HOME": str(node.folder),
        }
        program = self.folder / f"elasticsearch-{VERSION}" / "bin" / "elasticsearch"
        node.process = spawn(
            ["bash", str(program)], node.folder, signal.SIGTERM, unprivileged(), environment=environment
        )

    def wait(self, nodes: int | None = None) -> None:
        """Until so many nodes (all) are one cluster whose shards are all in place."""
        wanted = len(self.nodes) if nodes is None else nodes
        end = time.monotonic() + _START_SECONDS
        query = f"wait_for_status=green&wait_for_nodes={wanted}&timeout=5s"
        while not any(self._is_answered(url, f"/_cluster/health?{query}") for url in self.urls):
            if time.monotonic() > end:
                self.stop()
                raise RuntimeError("Elasticsearch did not start")
            time.sleep(0.2)

    def stop(self) -> None:
        for node in self.nodes:
            node.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def node_of(self, index: str) -> Node:
        """The node that writes to the index first."""
        url = next(node.url for node in self.nodes if node.process is not None)
        for line in self._text(url, f"/_cat/shards/{index}?h=prirep,node").splitlines():
            if line.startswith("p"):
                return next(node for node in self.nodes if node.name == line.split()[1])
        raise LookupError(index)

    def indices(self) -> list[str]:
        return [line.split()[2] for line in self._text(self.urls[0], "/_cat/indices").splitlines()]

    def bytes_on_disk(self) -> bytes:
        """All that the nodes keep, one file behind the other."""
        files = [path for node in self.nodes for path in (node.folder / "data").rglob("*") if path.is_file()]
        found = []
        for path in files:
            with suppress(FileNotFoundError):  # a merge took it away
                found.append(path.read_bytes())
        return b"".join(found)

    def _text(self, url: str, path: str) -> str:
        token = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        request = Request(url + path, headers={"Authorization": f"Basic {token}"})
        with urlopen(request, timeout=10, context=ssl.create_default_context(cafile=self.ca_file)) as answer:
            read: bytes = answer.read()
        return read.decode()

    def _is_answered(self, url: str, path: str) -> bool:
        try:
            return '"timed_out":false' in self._text(url, path)
        except (OSError, HTTPException):
            return False


def start(count: int = 1, java: str = _JAVA) -> Servers:
    """A cluster of so many nodes, security on. Raises ServiceMissing where Java or the archive is not here."""
    java_home()
    if not archive().is_file():
        raise ServiceMissing(f"{archive()} is missing; .ci/packages fetches it")
    servers = Servers(Path(tempfile.mkdtemp(prefix="madoguchi-elastic-")), java=java)
    try:
        with zipfile.ZipFile(archive()) as packed:
            packed.extractall(servers.folder)
        certificates.write(servers.folder)
        for number in range(count):
            name = f"node-{number}"
            servers.nodes.append(Node(name, servers.folder / name, free_port(), free_port()))
        for node in servers.nodes:
            _configure(servers, node)
        if user := unprivileged():
            subprocess.run(["chown", "-R", user, str(servers.folder)], check=True)
        for node in servers.nodes:
            servers.start(node)
        servers.wait()
    except BaseException:
        servers.stop()
        raise
    return servers


def _configure(servers: Servers, node: Node) -> None:
    config = node.folder / "config"
    shutil.copytree(servers.folder / f"elasticsearch-{VERSION}" / "config", config)
    (node.folder / "tmp").mkdir()
    for name in ("node.pem", "node.key"):
        shutil.copy(servers.folder / name, config)
    settings = {
        "cluster.name": servers.folder.name,
        "node.name": node.name,
        "path.data": str(node.folder / "data"),
        "path.logs": str(node.folder / "logs"),
        "network.host": "127.0.0.1",
        "http.port": node.port,
        "transport.port": node.transport,
        "action.auto_create_index": "false",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        "xpack.security.enabled": "true",
        "xpack.security.autoconfiguration.enabled": "false",
        "xpack.security.http.ssl.enabled": "true",
        "xpack.security.http.ssl.certificate": "node.pem",
        "xpack.security.http.ssl.key": "node.key",
    }
    if len(servers.nodes) == 1:
        settings["discovery.type"] = "single-node"
    else:
        # A node that is gone is missed at once, not after half a minute.
        settings |= {
            "discovery.seed_hosts": "["
            + ", ".join(f"'127.0.0.1:{n.transport}'" for n in servers.nodes)
            + "]",
            "cluster.initial_master_nodes": "[" + ", ".join(n.name for n in servers.nodes) + "]",
            "cluster.fault_detection.follower_check.interval": "500ms",
            "cluster.fault_detection.leader_check.interval": "500ms",
            # Between nodes security wants certificates of a cluster that is not on one machine alone.
            "xpack.security.transport.ssl.enabled": "false",
        }
    lines = [f"{name}: {value}" for name, value in settings.items()]
    (config / "elasticsearch.yml").write_text("\n".join(lines), encoding="utf-8")
    (config / "users").write_text(_USERS, encoding="utf-8")
    (config / "users_roles").write_text(f"superuser:{USER}\n", encoding="utf-8")
