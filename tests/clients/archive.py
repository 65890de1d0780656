"""What every client's day begins with: the least records, and how an answer is checked."""
import sys

VOCABULARY = "/vocabularies/1"


def check(said, wanted, what):
    """Ends the script unless an answer is what it must be."""
    if said != wanted:
        sys.exit(f"{what}: {said!r}, not {wanted!r}")


def arguments():
    """Address, password and name, from the command line."""
    url, password = sys.argv[1], sys.argv[2]
    return url, password, sys.argv[3] if len(sys.argv) > 3 else "admin"


def saved(answer, what, status="Created"):
    """The address of what was saved."""
    body = answer.json()
    check((answer.status_code, body.get("status")), (200, status), f"{what}: {body}")
    return body["uri"]


def dated(begin, end):
    return {"jsonmodel_type": "date", "date_type": "inclusive", "label": "creation", "begin": begin, "end": end}


def resource(title, identifier, **more):
    return {
        "jsonmodel_type": "resource", "title": title, "id_0": identifier, "level": "collection",
        "finding_aid_language": "eng", "finding_aid_script": "Latn", "dates": [dated("1890", "1925")],
        "extents": [{"jsonmodel_type": "extent", "portion": "whole", "number": "3", "extent_type": "linear_feet"}],
        "lang_materials": [{"jsonmodel_type": "lang_material",
                            "language_and_script": {"jsonmodel_type": "language_and_script", "language": "eng"}}],
        **more,
    }


def component(title, level, root, parent=None, **more):
    doc = {"jsonmodel_type": "archival_object", "title": title, "level": level, "resource": {"ref": root}, **more}
    if parent:
        doc["parent"] = {"ref": parent}
    return doc


def person(primary, rest):
    return {"jsonmodel_type": "agent_person", "names": [{
        "jsonmodel_type": "name_person", "primary_name": primary, "rest_of_name": rest, "name_order": "inverted",
        "source": "local", "rules": "local", "sort_name_auto_generate": True,
    }]}


def corporate_entity(name):
    return {"jsonmodel_type": "agent_corporate_entity", "names": [{
        "jsonmodel_type": "name_corporate_entity", "primary_name": name, "source": "local", "rules": "local",
        "sort_name_auto_generate": True,
    }]}


def subject(term):
    term = {"jsonmodel_type": "term", "term": term, "term_type": "topical", "vocabulary": VOCABULARY}
    return {"jsonmodel_type": "subject", "source": "local", "vocabulary": VOCABULARY, "terms": [term]}


def location(building, room):
    return {"jsonmodel_type": "location", "building": building, "room": room, "classification": "vault"}


def box(indicator, place=None, **more):
    doc = {"jsonmodel_type": "top_container", "type": "box", "indicator": str(indicator), **more}
    if place:
        doc["container_locations"] = [{"jsonmodel_type": "container_location", "ref": place, "status": "current",
                                       "start_date": "2020-01-01"}]
    return doc


def in_box(uri):
    return {"jsonmodel_type": "instance", "instance_type": "mixed_materials",
            "sub_container": {"jsonmodel_type": "sub_container", "top_container": {"ref": uri}}}
