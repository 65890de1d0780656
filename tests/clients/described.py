#!/usr/bin/env python3
"""Tries out the server by its own description: schemathesis over /openapi.json, with all checks.

    described.py URL PASSWORD [EXAMPLES] [MORE ARGUMENTS OF SCHEMATHESIS...]

Checks the description against the schema of OpenAPI 3.1, fills an empty server with one record of
each sort, then runs EXAMPLES (5) tests an operation as the administrator.
Ends with schemathesis's status and the line `N passed` or `N failed`. The server is not fit for use afterwards.
"""
import json
import os
import pathlib
import subprocess
import sys

import openapi_spec_validator
import requests

HERE = pathlib.Path(__file__).parent
REPO = "/repositories/2"
# Path and kind, in the order in which they need each other.
RECORDS = [
    ("/repositories", "repository"), ("/locations", "location"), ("/location_profiles", "location_profile"),
    ("/container_profiles", "container_profile"), ("/subjects", "subject"), ("/agents/people", "agent_person"),
    ("/agents/families", "agent_family"), ("/agents/corporate_entities", "agent_corporate_entity"),
    ("/agents/software", "agent_software"), (f"{REPO}/accessions", "accession"), (f"{REPO}/resources", "resource"),
    (f"{REPO}/archival_objects", "archival_object"), (f"{REPO}/digital_objects", "digital_object"),
    (f"{REPO}/digital_object_components", "digital_object_component"), (f"{REPO}/classifications", "classification"),
    (f"{REPO}/classification_terms", "classification_term"), (f"{REPO}/top_containers", "top_container"),
    (f"{REPO}/assessments", "assessment"), (f"{REPO}/events", "event"), (f"{REPO}/rde_templates", "rde_template"),
    (f"{REPO}/custom_report_templates", "custom_report_template"),
]


def main():
    url, password = sys.argv[1], sys.argv[2]
    examples = sys.argv[3] if len(sys.argv) > 3 else "5"
    login = requests.post(f"{url}/users/admin/login", params={"password": password, "expiring": "false"}, timeout=60)
    session = login.json()["session"]
    headers = {"X-ArchivesSpace-Session": session}
    description = requests.get(f"{url}/openapi.json", timeout=60).json()
    openapi_spec_validator.validate(description)
    paths = description["paths"]
    for path, kind in RECORDS:
        described = paths[path.replace(REPO, "/repositories/{repo_id}")]["post"]
        example = described["requestBody"]["content"]["application/json"]["example"]
        answer = requests.post(url + path, json=example, headers=headers, timeout=60)
        if answer.status_code != 200:
            sys.exit(f"{path}: {json.dumps(answer.json())}")
    program = pathlib.Path(sys.executable).with_name("schemathesis")
    command = [
        program, "--config-file", HERE / "schemathesis.toml", "run", f"{url}/openapi.json", "--url", url,
        "--max-examples", examples,
        "--no-color", *sys.argv[4:],
    ]
    run = subprocess.run(command, env={**os.environ, "FONDS_URL": url, "FONDS_SESSION": session, "FONDS_HOOKS": str(HERE / "described_hooks.py")})
    print("1 passed" if run.returncode == 0 else "1 failed")
    sys.exit(run.returncode)


if __name__ == "__main__":
    main()
