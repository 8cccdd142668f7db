"""What deploy/ hands to Docker and Kubernetes is of their form, and names nothing that is not there."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli import VERBS
from cli.sealing import seals
from settings import Settings, settings
from store.database import CONNECTIONS
from worker import WorkerOptions

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
OBJECTS = [each for each in MANIFESTS if each.name != "kustomization.yaml"]
PROGRAMS = ROOT / ".venv-interop" / "bin"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def checked(program: str, *arguments: object) -> None:
    """Have a program look at files; it says what is wrong."""
    assert (PROGRAMS / program).exists(), "make .venv-interop/.ready installs what requirements-interop.lock pins"
    command = [str(PROGRAMS / program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def compose() -> Any:
    """Read the compose file."""
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def objects() -> Iterator[dict[str, Any]]:
    """Give every object of the manifests."""
    for file in OBJECTS:
        yield from yaml.safe_load_all(file.read_text(encoding="utf-8"))


def pods() -> list[Any]:
    """Give what the manifests say of pods."""
    return [each["spec"]["template"]["spec"] for each in objects() if each["kind"] in {"Deployment", "Job"}]


def pins(lock: Path) -> dict[str, set[str]]:
    """Give what a lock pins, with the hashes."""
    text = lock.read_text(encoding="utf-8")
    found = re.findall(r"^(\S+==\S+) \\\n((?:    --hash=\S+(?: \\)?\n)+)", text, re.MULTILINE)
    return {package: set(re.findall(r"sha256:\w+", hashes)) for package, hashes in found}


def test_the_compose_file_is_as_the_compose_specification_says() -> None:
    checked("check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")


def test_the_manifests_are_as_the_schemas_of_kubernetes_say() -> None:
    checked("kubernetes-validate", "--strict", "--quiet", *OBJECTS)


@pytest.mark.parametrize("lock", ["run.lock", "build.lock"])
def test_an_image_is_made_of_the_versions_that_are_tested(lock: str) -> None:
    tested, used = pins(ROOT / "requirements.lock"), pins(DEPLOY / lock)
    assert len(used) > 5
    assert [each for each in used if tested.get(each) != used[each]] == [], "run: make lock"


def test_an_image_has_every_dependency_of_the_application() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {re.split(r"[\[>=]", each)[0] for each in project["project"]["dependencies"]}
    assert wanted - {re.split(r"[\[=]", each)[0] for each in pins(DEPLOY / "run.lock")} == set()


def test_the_wheel_of_an_image_finds_all_that_it_is_made_of() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    sent = [line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"]
    assert [each for each in sent if not (ROOT / each).exists()] == []
    made_of = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert set(made_of) | {"README.md", "LICENSE", "pyproject.toml"} <= set(sent)


def test_an_image_runs_as_nobody_special_with_pinned_packages_and_a_health_check() -> None:
    assert CONTAINERFILE.count("--require-hashes") == CONTAINERFILE.count("--requirement deploy/") == 2
    last = CONTAINERFILE.rpartition("\nFROM ")[2]
    assert all(f"\n{each}" in last for each in ("USER 10001\n", "HEALTHCHECK ", 'ENTRYPOINT ["steward"]\nCMD ["api"]'))


def test_every_command_that_containers_run_is_one_of_steward() -> None:
    commands = [each["command"][0] for name, each in compose()["services"].items() if name in VERBS]
    arguments = [container["args"][0] for pod in pods() for container in pod["containers"]]
    assert sorted(commands) == sorted(arguments) == ["api", "prepare", "worker"]
    assert set(commands) <= set(VERBS)


def test_every_setting_that_containers_get_is_one() -> None:
    known = {f"STEWARD_{name.upper()}" for name in Settings.model_fields}
    ours = {name for each in compose()["services"].values() for name in each.get("environment", {})}
    manifests = "".join(file.read_text(encoding="utf-8") for file in MANIFESTS)
    ours |= set(re.findall(r"\bSTEWARD_[A-Z_]+", manifests))
    ours |= {each.upper() for each in re.findall(r"\bsteward_[a-z_]+(?=:)", manifests)}
    assert {each for each in ours if each.startswith("STEWARD_")} - known == set()


def test_numbers_are_told_where_prometheus_asks_for_them() -> None:
    asked = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text(encoding="utf-8"))
    jobs = {each["job_name"]: each["dns_sd_configs"][0] for each in asked["scrape_configs"]}
    places = {name: (*each["names"], each["port"]) for name, each in jobs.items()}
    port = int(compose()["services"]["worker"]["environment"]["STEWARD_METRICS_PORT"])
    assert places == {"steward": ("api", settings().port), "steward-worker": ("worker", port)}
    [worker] = [each["containers"][0] for each in pods() if each["containers"][0]["args"] == ["worker"]]
    told = {each["name"]: each["value"] for each in worker["env"]}
    [way] = [each["spec"]["ingress"][0] for each in objects() if each["metadata"]["name"] == "metrics-in"]
    assert worker["ports"][0]["containerPort"] == way["ports"][0]["port"] == int(told["STEWARD_METRICS_PORT"]) == port


def test_grafana_finds_what_it_shows_and_whom_it_asks() -> None:
    source = yaml.safe_load((DEPLOY / "grafana/datasources/prometheus.yaml").read_text(encoding="utf-8"))
    shown = yaml.safe_load((DEPLOY / "grafana/dashboards/steward.yaml").read_text(encoding="utf-8"))
    services = compose()["services"]
    assert source["datasources"][0]["url"].removeprefix("http://").partition(":")[0] in services
    mounted = dict(each.split(":")[:2] for each in services["grafana"]["volumes"])
    folder, name = mounted["./grafana/steward.json"].rsplit("/", 1)
    assert (folder, name) == (shown["providers"][0]["options"]["path"], "steward.json")


def test_every_file_that_is_mounted_is_there() -> None:
    mounted = [each for service in compose()["services"].values() for each in service.get("volumes", ())]
    files = [each.partition(":")[0] for each in mounted if each.startswith("./")]
    assert files
    assert [each for each in files if not (DEPLOY / each).exists()] == []


def test_kustomize_takes_every_manifest_but_the_example() -> None:
    named = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    assert sorted([*named, "secret.example.yaml"]) == [each.name for each in OBJECTS]


def test_every_pod_is_as_the_restricted_standard_wants_it() -> None:
    for pod in pods():
        about, [container] = pod["securityContext"], pod["containers"]
        assert (about["runAsNonRoot"], about["seccompProfile"]) == (True, {"type": "RuntimeDefault"})
        wanted = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
        assert container["securityContext"] == wanted
        assert {"requests", "limits"} <= set(container["resources"])


def test_the_secrets_that_are_made_are_those_that_compose_hands_out(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "secrets", tmp_path / "secrets")
    for _ in range(2):
        subprocess.run([str(tmp_path / "secrets")], check=True, capture_output=True)
    files = {each["file"] for each in compose()["secrets"].values()}
    assert files == {f".secrets/{each.name}" for each in (tmp_path / ".secrets").iterdir()}
    kept = seals(settings(sealing_keys=(tmp_path / ".secrets" / "steward_sealing_keys").read_text()))
    assert kept.open("hire", kept.seal("hire", "x")) == "x"


@pytest.mark.parametrize("script", ["secrets", "postgres/databases.sh", "temporal/schema.sh", "temporal/namespace.sh"])
def test_scripts_can_be_read_by_a_shell(script: str) -> None:
    assert (DEPLOY / script).stat().st_mode & 0o111
    subprocess.run(["/bin/sh", "-n", str(DEPLOY / script)], check=True)


def test_the_page_on_sizing_counts_with_the_numbers_of_the_code() -> None:
    page = (ROOT / "docs" / "sizing.md").read_text(encoding="utf-8")
    assert f"> {CONNECTIONS} × (workers + APIs)" in page
    cached = WorkerOptions.__dataclass_fields__["max_cached_workflows"].default
    assert f"+ {cached} × memory of an open record" in page
