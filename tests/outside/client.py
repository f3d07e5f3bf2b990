"""What a developer does who has the contract and nothing else: every call goes through the generated client."""

import os
import socket
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "target/outside/generated"))

from isms_client import AuthenticatedClient  # noqa: E402
from isms_client.api.tag5_leadership import create_role_assignment, create_user, me  # noqa: E402
from isms_client.api.tag6_planning import (  # noqa: E402
    create_asset,
    export_asset,
    history_asset,
    list_asset,
    read_asset,
    retire_asset,
    update_asset,
)
from isms_client.api.tag8_operation import create_incident  # noqa: E402
from isms_client.api.tag9_evaluation import accept_invitation, create_invitation  # noqa: E402
from isms_client.models import (  # noqa: E402
    Asset,
    AssetCreate,
    AssetKind,
    AssetPage,
    AssetPatch,
    ExportAssetFormat,
    InvitationCreate,
    IncidentCreate,
    ImportReport,
    Problem,
    Role,
    RoleAssignmentCreate,
    UserCreate,
)


def started(folder):
    """The program on an empty database; its address, its first token, and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [ROOT / "target/debug/isms", "serve", "--listen", address, "--log", "error",
               "--database-url", f"sqlite://{folder}/isms.db?mode=rwc", "--files", f"{folder}/files",
               "--trail-key", f"{folder}/trail.key"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    token = None
    for line in process.stdout:
        if line.strip().startswith("isms_"):
            token = line.strip()
        if line.startswith("isms serves on"):
            return f"http://{address}", token, process
    raise SystemExit("isms does not start")


def good(response, status, kind):
    """What came, which has to be of this kind."""
    assert response.status_code == status, (response.status_code, response.content[:500])
    assert isinstance(response.parsed, kind), type(response.parsed)
    return response.parsed


def run(base, token):
    """A manager is invited and keeps assets."""
    administrator = AuthenticatedClient(base_url=base, token=token)
    who = me.sync(client=administrator)
    user = create_user.sync(client=administrator, body=UserCreate(name="Mona Keller", email="mona@example.org"))
    create_role_assignment.sync(
        client=administrator,
        body=RoleAssignmentCreate(user_id=user.id, role=Role.MANAGER, unit_id=who.root_unit_id),
    )
    invitation = create_invitation.sync(client=administrator, body=InvitationCreate(user_id=user.id))
    link = AuthenticatedClient(base_url=base, token=invitation.link.split("#")[1])
    manager = AuthenticatedClient(base_url=base, token=accept_invitation.sync(client=link).token)

    in_a_week = date.today() + timedelta(days=7)
    draft = AssetCreate(name="Press", kind=AssetKind.HARDWARE, confidentiality=3, review_on=in_a_week)
    asset = good(create_asset.sync_detailed(client=manager, body=draft), 201, Asset)
    assert (asset.name, asset.kind, asset.confidentiality) == ("Press", AssetKind.HARDWARE, 3), asset
    assert asset.review_on == in_a_week and asset.owner_id is None, asset

    read = read_asset.sync_detailed(asset.id, client=manager)
    changed = update_asset.sync_detailed(
        asset.id, client=manager, if_match=read.headers["etag"], body=AssetPatch(location="Hall 2", integrity=None)
    )
    assert good(changed, 200, Asset).location == "Hall 2"
    stale = update_asset.sync_detailed(
        asset.id, client=manager, if_match=read.headers["etag"], body=AssetPatch(location="Hall 3")
    )
    assert good(stale, 412, Problem).status == 412
    refused = create_asset.sync_detailed(client=manager, body=AssetCreate(name=" ", kind=AssetKind.INFORMATION))
    assert [error.pointer for error in good(refused, 422, Problem).errors] == ["/name"], refused

    # Of several kinds of one body the generator knows only the last: a CSV file is sent by what the client sends with.
    file = "name,kind\nLathe,hardware\nPayroll,information\n"
    sent = manager.get_httpx_client().post("/v1/assets:import", content=file, headers={"Content-Type": "text/csv"})
    assert ImportReport.from_dict(sent.json()).created == 2, sent.text
    kept = good(list_asset.sync_detailed(client=manager, kind=[AssetKind.HARDWARE, AssetKind.INFORMATION], count=True), 200, AssetPage)
    assert (len(kept.items), kept.total) == (3, 3), kept
    some = good(list_asset.sync_detailed(client=manager, review_on=[in_a_week], limit=1), 200, AssetPage)
    assert [item.id for item in some.items] == [asset.id], some
    told = history_asset.sync(asset.id, client=manager)
    assert [change.act for change in told.items] == ["update", "create"], told
    exported = export_asset.sync_detailed(client=manager, format_=ExportAssetFormat.CSV)
    assert exported.status_code == 200 and exported.content.count(b"\n") == 4, exported.content
    retired = retire_asset.sync_detailed(asset.id, client=manager, if_match=changed.headers["etag"])
    assert retired.status_code == 200, retired.content
    assert good(list_asset.sync_detailed(client=manager), 200, AssetPage).items[0].id != asset.id

    stranger = AuthenticatedClient(base_url=base, token="isms_nobody")
    assert good(create_incident.sync_detailed(client=stranger, body=IncidentCreate(title="Smoke")), 401, Problem)
    print("the generated client: 14 operations asked, and understood what came")


def main():
    with tempfile.TemporaryDirectory() as folder:
        base, token, process = started(folder)
        try:
            run(base, token)
        finally:
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    os.environ.pop("ISMS_DATABASE_URL", None)
    main()
