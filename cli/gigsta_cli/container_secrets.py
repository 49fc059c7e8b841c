"""`gigsta secrets`: what the containers of docker-compose.yml have to know, each in files of its own.

Everything is made up once and kept in `kept/secrets.json`, which no container but the one that runs this command sees.
A container is shown its own folder, where its settings look (`SECRETS_DIR`).
"""

import os
from pathlib import Path
from urllib.parse import quote

from gigsta_cli.up.plan import SERVICES
from gigsta_common.localservers.mongod_users import ADMIN, database_name, migrator_name
from gigsta_common.localservers.state import Secrets

MONGO, REPLICA_SET = "mongo:27017", "rs0"
RABBITMQ = "rabbitmq:5672"
RABBITMQ_USER = "gigsta"
MONGOD_UID = 999
"""Who runs mongod in its image, and the only one who may read its key file: mongod insists on that."""


def write(directory: Path) -> int:
    """Make the files that are missing and return how many those were. A file that is there stays as it is."""
    files = contents(Secrets(directory / "kept" / "secrets.json"))
    missing = {directory / name: text for name, text in files.items() if not (directory / name).exists()}
    for path, text in missing.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.new")
        with draft.open("w") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        # Readable by whichever user the container runs as: nobody else is shown the folder.
        draft.chmod(0o444)
        if path.name == "keyfile":
            draft.chmod(0o400)
            if os.geteuid() == 0:
                os.chown(draft, MONGOD_UID, MONGOD_UID)
        draft.replace(path)
    return len(missing)


def contents(secrets: Secrets) -> dict[str, str]:
    """The text of every file, by its path."""
    password = secrets.password
    amqp_url = f"amqp://{RABBITMQ_USER}:{password('rabbitmq')}@{RABBITMQ}/"
    more = {
        "auth": {"key_encryption_key": secrets.key("key_encryption_key"), "gateway_secret": password("gateway_secret")},
        "bookings": {"mail_link_secret": password("mail_link_secret")},
    }
    files = {
        # It may hold base64 only, and a password may hold a dash.
        "mongo/keyfile": password("mongod_keyfile").encode().hex(),
        "rabbitmq/gigsta.conf": f"default_user = {RABBITMQ_USER}\ndefault_pass = {password('rabbitmq')}\n",
        "grafana/admin_password": password("grafana"),
        "gateway/gateway_secret": password("gateway_secret"),
        # The web container stands where Cloudflare does elsewhere, and says likewise whose request it passes on.
        "gateway/origin_secret": password("origin_secret"),
        "web/gateway.conf": (
            f'proxy_set_header X-GigSta-Origin-Secret "{password("origin_secret")}";\n'
            "proxy_set_header CF-Connecting-IP $remote_addr;\n"
        ),
        "operator/amqp_url": amqp_url,
        "operator/mongodb_admin_url": _mongodb_url(ADMIN, password("mongod_admin"), "admin"),
    }
    for name in SERVICES:
        url = _mongodb_url(name, password(f"mongod_{name}"), database_name(name))
        migrator = migrator_name(name)
        migration_url = _mongodb_url(migrator, password(f"mongod_{migrator}"), database_name(name))
        own = more.get(name, {})
        files |= {f"{name}/{key}": value for key, value in {"mongodb_url": url, "amqp_url": amqp_url, **own}.items()}
        files |= {f"operator/{key}": value for key, value in own.items()}
        files |= {f"operator/mongodb_url_{name}": url, f"operator/migration_mongodb_url_{name}": migration_url}
    return files


def _mongodb_url(user: str, password: str, database: str) -> str:
    login = f"{quote(user)}:{quote(password)}"
    return f"mongodb://{login}@{MONGO}/{database}?authSource={database}&replicaSet={REPLICA_SET}"
