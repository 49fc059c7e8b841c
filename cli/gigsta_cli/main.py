"""The commands of `gigsta`. Each imports what it needs when it runs, so that `gigsta --help` answers at once."""
# ruff: noqa: PLC0415

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Runs and looks after GigSta.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def up(
    seed: Annotated[bool, typer.Option(help="Load the demo data where there are none yet.")] = True,
    one_process: Annotated[
        bool, typer.Option("--one-process", help="Everything in one process, as where RabbitMQ cannot be had.")
    ] = False,
) -> None:
    """Start the whole marketplace on this machine, and keep it running until Ctrl-C."""
    from gigsta_cli.up.command import run_up

    raise typer.Exit(run_up(seed=seed, one_process=one_process))


@app.command("clean-data")
def clean_data() -> None:
    """Remove the database, the queues and the pictures of `gigsta up`."""
    from gigsta_cli.up.command import remove_data

    raise typer.Exit(remove_data())


@app.command()
def serve(
    name: Annotated[
        str, typer.Argument(envvar="SERVICE", help="auth, catalog, bookings, ratings, geo, notifications or gateway")
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Every service and the gateway in this one process, without a broker.")
    ] = False,
    host: Annotated[str, typer.Option(envvar="HOST", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", help="The port to listen on.")] = 8000,
    log_level: Annotated[str, typer.Option(envvar="LOG_LEVEL", help="debug, info, warning or error")] = "info",
) -> None:
    """Run one service, or the gateway, or with --all everything. Settings come from the environment."""
    if everything or name == "all":
        from gigsta_cli.serve_all import run_all

        raise typer.Exit(run_all(host=host, port=port, log_level=log_level))
    if not name:
        raise typer.BadParameter("Name a service, or say --all.")
    from gigsta_cli.serve import run_service

    raise typer.Exit(run_service(name, host=host, port=port, log_level=log_level))


migrate = typer.Typer(help="Bring databases to the schema that the code expects.", no_args_is_help=True)
events = typer.Typer(help="See to the events that could not be handled.", no_args_is_help=True)
users = typer.Typer(help="See to accounts.", no_args_is_help=True)
app.add_typer(migrate, name="migrate")
app.add_typer(events, name="events")
app.add_typer(users, name="users")
keys = typer.Typer(help="See to the keys that sign access tokens.", no_args_is_help=True)
app.add_typer(keys, name="keys")
ratings = typer.Typer(help="See to the ratings.", no_args_is_help=True)
app.add_typer(ratings, name="ratings")
mails = typer.Typer(help="See to the mails that could not be sent.", no_args_is_help=True)
app.add_typer(mails, name="mails")
web = typer.Typer(help="See to the web app.", no_args_is_help=True)
app.add_typer(web, name="web")
db = typer.Typer(help="See to the database users.", no_args_is_help=True)
app.add_typer(db, name="db")

Service = Annotated[str | None, typer.Option("--service", help="Only this service; by default all six.")]
OneService = Annotated[str, typer.Option("--service", help="Which service.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
EventId = Annotated[str | None, typer.Option("--id", help="Only the event of this id; by default all of them.")]


@app.command()
def seed(
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Do nothing where there are accounts already.")] = False,
) -> None:
    """Load the demo data: providers, services, a month of bookings, ratings. Never where real people are."""
    from gigsta_cli.seed.load import seed as load

    with _plainly():
        load(if_empty=if_empty)


@app.command()
def replay(service: Service = None) -> None:
    """Make the copies that services keep of each other's data anew, while they serve."""
    from gigsta_cli import replay as command

    with _plainly():
        command.replay(service)


@app.command()
def doctor() -> None:
    """Look at everything that GigSta needs, and say what is wrong and what to do."""
    from gigsta_cli import doctor as command

    with _plainly():
        well = command.examine()
    raise typer.Exit(0 if well else 1)


@app.command()
def backup(
    directory: Annotated[Path, typer.Argument(help="A new directory for it, or `bucket:`.")],
    service: Service = None,
) -> None:
    """Write every service's documents into files, each database as of one moment, while everything serves."""
    from gigsta_cli.backup import take

    with _plainly():
        take.backup(directory, service)


@app.command()
def restore(
    directory: Annotated[Path, typer.Argument(help="What `gigsta backup` wrote; `bucket:` is the newest there.")],
    service: Service = None,
    replace: Annotated[bool, typer.Option("--replace", help="Remove what the databases hold now.")] = False,
    while_serving: Annotated[bool, typer.Option("--while-serving", help="Go on although services run.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a backup into empty databases, and compare every document afterwards. Stop the services first."""
    from gigsta_cli.backup import restore as command

    if replace and not yes:
        typer.confirm(f"Are services stopped, and may all go that {service or 'each'} has in its database?", abort=True)
    with _plainly():
        command.restore(directory, service, replace=replace, while_serving=while_serving)


@app.command("import-legacy")
def import_legacy(
    dry_run: DryRun = False,
    skip_broken: Annotated[
        bool, typer.Option("--skip-broken", help="Leave out what cannot be taken over, and take the rest.")
    ] = False,
) -> None:
    """Bring in the database of the older GigSta, the one of LEGACY_MONGODB_URL. What is here already stays: so do it
    again if it breaks off."""
    from gigsta_cli.legacy import load

    with _plainly():
        well = load.import_legacy(dry_run=dry_run, skip_broken=skip_broken)
    raise typer.Exit(0 if well else 1)


@app.command()
def snapshots() -> None:
    """Write the OpenAPI documents, the event schemas and the drawn pages of docs/ anew."""
    from gigsta_cli.snapshots import write
    from gigsta_cli.web import WebApp, WebError
    from gigsta_common.localservers import state_dir

    changed = write()
    typer.echo("\n".join(f"wrote {path}" for path in changed) or "Every snapshot is up to date.")
    if any(str(path).endswith("openapi.json") for path in changed):
        try:
            WebApp(state_dir()).generate()
        except WebError as error:
            typer.echo(f"{error} The web app's API types are as they were: `npm run generate` in web/.", err=True)


@migrate.command("status")
def migrate_status(service: Service = None) -> None:
    """Show every migration and when it was applied."""
    from gigsta_cli import migrate as command

    with _plainly():
        command.status(service)


@migrate.command("up")
def migrate_up(service: Service = None, dry_run: DryRun = False) -> None:
    """Apply the migrations that are missing."""
    from gigsta_cli import migrate as command

    with _plainly():
        command.up(service, dry_run=dry_run)


@migrate.command("down")
def migrate_down(service: OneService, dry_run: DryRun = False) -> None:
    """Take one service's last migration back."""
    from gigsta_cli import migrate as command

    with _plainly():
        command.down(service, dry_run=dry_run)


@events.command("declare")
def events_declare() -> None:
    """Declare every service's queues, before the services start for the first time."""
    from gigsta_cli import events as command

    with _plainly():
        command.declare()


@events.command("parked")
def events_parked(
    service: Service = None, limit: Annotated[int, typer.Option(help="How many of each service.")] = 50
) -> None:
    """Show the events that no try could handle."""
    from gigsta_cli import events as command

    with _plainly():
        command.parked(service, limit)


@events.command("replay")
def events_replay(service: OneService, event_id: EventId = None) -> None:
    """Put parked events back into the service's queue."""
    from gigsta_cli import events as command

    with _plainly():
        command.replay(service, event_id)


@events.command("drop")
def events_drop(
    service: OneService,
    event_id: EventId = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Throw parked events away."""
    from gigsta_cli import events as command

    if not yes:
        typer.confirm(f"Throw {'this event' if event_id else 'every parked event'} of {service} away?", abort=True)
    with _plainly():
        command.drop(service, event_id)


@users.command("grant-admin")
def users_grant_admin(email: Annotated[str, typer.Argument(help="The address of a verified account.")]) -> None:
    """Make an account an administrator's. Again, where its owner has lost their second factor: permit a new one."""
    from gigsta_cli import users as command

    with _plainly():
        command.grant_admin(email)


@users.command("reinstate")
def users_reinstate(
    email: Annotated[str, typer.Argument(help="The address of a suspended account.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for its owner and the audit trail.")] = (
        "The suspension was lifted by those who run GigSta."
    ),
) -> None:
    """Open a suspended account again, an administrator's too, where nobody is left who could in the web app."""
    from gigsta_cli import users as command

    with _plainly():
        command.reinstate(email, reason)


@keys.command("rotate")
def keys_rotate() -> None:
    """Make a new signing key. It is published first and signs a little later, without a restart or a logout."""
    from gigsta_cli import keys as command

    with _plainly():
        command.rotate()


@keys.command("replace")
def keys_replace(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Make a signing key that signs at once, where the KEY_ENCRYPTION_KEY of the last one is lost."""
    from gigsta_cli import keys as command

    if not yes:
        typer.confirm(
            "Is the KEY_ENCRYPTION_KEY of before lost, and the one here what auth is given from now on? "
            "Everybody is logged out, and nobody can log in as long as auth is given another",
            abort=True,
        )
    with _plainly():
        command.replace()


@ratings.command("check")
def ratings_check() -> None:
    """Count all ratings anew and compare the summaries with that. It disturbs nobody."""
    from gigsta_cli import ratings as command

    with _plainly():
        right = command.check()
    raise typer.Exit(0 if right else 1)


@web.command("build")
def web_build() -> None:
    """Build the web app, unless it is as its sources are."""
    from gigsta_cli.web import WebApp, WebError
    from gigsta_common.localservers import state_dir

    try:
        WebApp(state_dir()).build()
    except WebError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None


@web.command("check")
def web_check() -> None:
    """Check, test and build the web app; where there is no Node.js, say so and leave it."""
    from gigsta_cli.web import NoNode, WebApp, WebError
    from gigsta_common.localservers import state_dir

    try:
        WebApp(state_dir()).check()
    except NoNode as error:
        typer.echo(f"{error} The web app is not checked.", err=True)
    except WebError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None


@mails.command("failed")
def mails_failed(limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50) -> None:
    """Show the mails that were given up, and why."""
    from gigsta_cli import mails as command

    with _plainly():
        command.failed(limit)


@mails.command("resend")
def mails_resend(ids: Annotated[list[str], typer.Argument(help="As `gigsta mails failed` shows them.")]) -> None:
    """Send mails that were given up again. Whoever has got one knows it by its Message-ID, which stays."""
    from gigsta_cli import mails as command

    with _plainly():
        right = command.resend(ids)
    raise typer.Exit(0 if right else 1)


@db.command("users")
def db_users(
    atlas: Annotated[bool, typer.Option("--atlas", help="Only print what does the same on MongoDB Atlas.")] = False,
) -> None:
    """Make for each service the user that runs it and the user that migrates it, allowed no more than they need."""
    from gigsta_cli import database_users as command

    with _plainly():
        command.print_for_atlas() if atlas else command.make()


@db.command("init")
def db_init(
    host: Annotated[str, typer.Option(help="The address under which the services know it.")] = "127.0.0.1:27017",
    port: Annotated[int, typer.Option(help="Where it listens on this machine.")] = 27017,
) -> None:
    """Make a new mongod on this machine a replica set with an administrator, the one of MONGODB_ADMIN_URL."""
    from gigsta_cli import database_users as command

    with _plainly():
        command.initiate(host, port)


@app.command("secrets")
def container_secrets(
    directory: Annotated[Path, typer.Argument(help="Where the folders go, one for each container.")],
) -> None:
    """Make up what the containers of docker-compose.yml have to know. What is there already stays."""
    from gigsta_cli import container_secrets as command

    with _plainly():
        typer.echo(f"{command.write(directory)} files were missing in {directory} and are there now.")


@contextmanager
def _plainly() -> Iterator[None]:
    """What goes wrong for a reason that an operator can mend is one sentence, not a traceback."""
    from gigsta_cli.failures import EXPECTED, sentence
    from gigsta_cli.running import adopt
    from gigsta_common.localservers import state_dir

    try:
        adopt(state_dir())
        yield
    except EXPECTED as error:
        typer.echo(sentence(error), err=True)
        raise typer.Exit(1) from None
