#!/usr/bin/env python3
"""A day's work with agentarchives, through which Archivematica arranges its transfers.

    agentarchives_day.py URL PASSWORD [USER]

Builds a tree of 500 nodes below a resource, walks and searches it, finds
records by identifier, edits, hangs in digital objects, publishes, merges,
deletes, and follows what was deleted: by the client's own calls wherever it
has them. Ends with status 0 and the line `ok`, or with what went wrong.
"""
import json
import time

from agentarchives.archivesspace.client import ArchivesSpaceClient, CommunicationError

from archive import arguments, box, check, component, in_box, location, person, resource, subject

SERIES, FILES = 4, 124
ADDED = 12


def post(client, path, record):
    return client._post(path, data=json.dumps(record)).json()


def repository(url, password, user, mark):
    """A client has one repository; the first one makes the second one's."""
    first = ArchivesSpaceClient(url, user, password, repository=1)
    made = post(first, "/repositories", {"repo_code": f"AGA{mark}", "name": "Agent Archive", "publish": True})
    first.logout()
    return ArchivesSpaceClient(url, user, password, repository=made["id"])


def build(client, mark):
    made = {"person": post(client, "/agents/people", person(f"Okafor {mark}", "Chidi"))["uri"],
            "double": post(client, "/agents/people", person(f"Okafor, C. {mark}", "C."))["uri"],
            "subject": post(client, "/subjects", subject(f"Bridges {mark}"))["uri"],
            "place": post(client, "/locations", location(f"Agent House {mark}", "3"))["uri"]}
    made["box"] = post(client, f"{client.repository}/top_containers", box(1, made["place"]))["uri"]
    papers = resource("Okafor bridge drawings", "OKA", id_1="7", subjects=[{"ref": made["subject"]}],
                      linked_agents=[{"ref": made["person"], "role": "creator"}, {"ref": made["double"], "role": "creator"}])
    made["root"] = post(client, f"{client.repository}/resources", papers)["uri"]
    post(client, f"{client.repository}/resources", resource("Zambesi survey", "ZAM"))
    made["series"] = [client.add_child(made["root"], title=f"Bridge {n}", level="series", start_date="1960", end_date="1970",
                                       notes=[{"type": "odd", "content": "Rolled."}]) for n in range(SERIES)]
    for n, series in enumerate(made["series"]):
        for m in range(ADDED):
            client.add_child(series, title=f"Sheet {n}.{m:03}", level="item", date_expression="undated")
        rest = [component(f"Sheet {n}.{m:03}", "item", made["root"], instances=[in_box(made["box"])] if m == ADDED else [])
                for m in range(ADDED, FILES)]
        post(client, f"{series}/children", {"jsonmodel_type": "archival_record_children", "children": rest})
    return made


def read(client, made):
    root, series = made["root"], made["series"]
    check("series" in client.get_levels_of_description(), True, "levels")
    check(len(client.collection_list(root)), SERIES * (FILES + 1), "everything below the resource")
    shallow = client.get_resource_component_and_children(root, recurse_max_level=2)
    check((shallow["identifier"], shallow["title"], shallow["has_children"]), ("OKA", "Okafor bridge drawings", True), "the resource")
    check([child["title"] for child in shallow["children"]], [f"Bridge {n}" for n in range(SERIES)], "its series")
    check((shallow["children"][0]["dates"], shallow["children"][0]["notes"]), ("1960-1970", [{"type": "odd", "content": "Rolled."}]), "a series")
    down = client.get_resource_component_and_children(root, recurse_max_level=2, sort_by="desc")
    check(down["children"][0]["title"], f"Bridge {SERIES - 1}", "sorted downwards")
    branch = client.get_resource_component_children(series[1])
    check((len(branch["children"]), branch["children"][5]["title"]), (FILES, "Sheet 1.005"), "a series with its sheets")
    sheet = branch["children"][5]["id"]
    check((branch["children"][5]["dates"], branch["children"][5]["has_children"]), ("undated", False), "a sheet")
    check(client.find_resource_id_for_component(sheet), root, "the resource of a sheet")
    check(client.find_parent_id_for_component(sheet), (client.RESOURCE_COMPONENT, series[1]), "the parent of a sheet")
    check(client.find_parent_id_for_component(series[1]), (client.RESOURCE, root), "the parent of a series")
    check([one["id"] for one in client.augment_resource_ids([root])], [root], "ids with what is known of them")
    return sheet


def searching(client, made, sheet):
    check(sorted(one["title"] for one in client.find_collections()), ["Okafor bridge drawings", "Zambesi survey"], "all collections")
    check([one["title"] for one in client.find_collections(sort_by="desc")], ["Zambesi survey", "Okafor bridge drawings"], "sorted")
    found = client.find_collections(search_pattern="bridge")
    check([(one["id"], one["has_children"]) for one in found], [(made["root"], True)], "found by title")
    check([one["identifier"] for one in client.find_collections(identifier="OKA*")], ["OKA"], "found by identifier")
    check(client.find_collection_ids(search_pattern="Zambesi"), [one["id"] for one in client.find_collections(search_pattern="survey")], "ids")
    check(client.count_collections(), 2, "count")
    check(client.count_collections(search_pattern="drawings"), 1, "count of some")
    ref_id = client.get_record(sheet)["ref_id"]
    by_id = client.find_by_id("archival_objects", "ref_id", ref_id)
    check([(one["id"], one["fullrecord"]["title"]) for one in by_id], [(sheet, "Sheet 1.005")], "found by ref_id")
    ids = client._get(f"{client.repository}/archival_objects", params={"all_ids": True}).json()
    check(len(ids), SERIES * (FILES + 1), "numbers of all nodes")


def editing(client, made, sheet):
    for child in client.get_resource_component_children(made["series"][2])["children"][:20]:
        client.edit_record({"id": child["id"], "title": child["title"].replace("Sheet", "Tracing"), "start_date": "1964",
                            "end_date": "1965", "notes": [{"type": "accessrestrict", "content": "By appointment."}]})
    edited = client.get_resource_component_children(made["series"][2])["children"][19]
    check((edited["title"], edited["dates"], edited["notes"]),
          ("Tracing 2.019", "1964-1965", [{"type": "accessrestrict", "content": "By appointment."}]), "after an edit")
    doc = client.get_record(sheet)
    client._post(sheet, data=json.dumps(doc))
    try:
        client._post(sheet, data=json.dumps(doc))
        check("accepted", "refused", "a stale save")
    except CommunicationError as refused:
        check(refused.response.status_code, 409, "a stale save")
    scan = client.add_digital_object(sheet, f"scan-{int(time.time() * 1000)}", title="Scan", uri="https://scans.example/1.tif",
                                     object_type="still_image", access_conditions="Open", use_conditions="Ask", size=10,
                                     inherit_dates=True, inherit_notes=True)
    part = client.add_digital_object_component(scan["id"], label="page 1", title="Recto")
    below = client.add_digital_object_component(scan["id"], part["id"], title="Detail")
    check(client.get_record(below["id"])["parent"]["ref"], part["id"], "a component below another")
    check(client.get_record(scan["id"])["linked_instances"], [{"ref": sheet}], "what the scan is of")
    check(client.find_by_id("digital_object_components", "component_id", "none"), [], "found by an ID that nobody has")
    client._post(f"{made['root']}/publish")
    check(client.get_record(sheet)["publish"], True, "published with its tree")
    client._post(f"{made['series'][0]}/parent", params={"position": SERIES})
    last = client.get_resource_component_and_children(made["root"], recurse_max_level=2)["children"][-1]
    check(last["title"], "Bridge 0", "moved to the end")


def ending(client, made, since):
    post(client, "/merge_requests/agent", {"jsonmodel_type": "merge_request", "uri": "merge_requests/agent",
                                           "merge_destination": {"ref": made["person"]}, "merge_candidates": [{"ref": made["double"]}]})
    check([agent["ref"] for agent in client.get_record(made["root"])["linked_agents"]], [made["person"]], "one agent after the merge")
    check(client.delete_record(made["series"][3])["status"], "Deleted", "delete")
    check(len(client.collection_list(made["root"])), (SERIES - 1) * (FILES + 1), "what stays")
    gone, page, last = set(), 1, 1
    while page <= last:
        feed = client._get("/delete-feed", params={"modified_since": since, "page": page, "page_size": 250}).json()
        gone.update(feed["results"])
        page, last = page + 1, feed["last_page"]
    check({made["series"][3], made["double"]} <= gone, True, "told as deleted")
    check(len([uri for uri in gone if uri.startswith(f"{client.repository}/archival_objects/")]), FILES + 1, "with everything below")
    client.logout()


def main():
    url, password, user = arguments()
    since = int(time.time()) - 1
    client = repository(url, password, user, since)
    made = build(client, since)
    sheet = read(client, made)
    searching(client, made, sheet)
    editing(client, made, sheet)
    ending(client, made, since)
    print("ok")


if __name__ == "__main__":
    main()
