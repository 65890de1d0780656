//! Two repositories in which every record says a word of its own, in all its texts.

use serde_json::{Value, json};

use crate::common::{TestServer, resource};

/// Who may be told a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody, without a session too.
    All,
    /// Everybody who works here.
    Staff,
    /// Who may see agents' contacts.
    Contacts,
    /// Who may see the repository, and the public too.
    Public(usize),
    /// Who may see the repository.
    Repository(usize),
    /// Who may have reports made of the repository.
    Reports(usize),
    /// Who manages the repository.
    Managers(usize),
    /// Who sees suppressed records of the repository.
    Suppressed(usize),
}

/// A word, who may be told it, and which record says it.
#[derive(Debug, Clone)]
pub struct Canary {
    pub word: String,
    pub audience: Audience,
    pub uri: String,
}

/// Everything that was made.
#[derive(Default)]
pub struct World {
    pub canaries: Vec<Canary>,
    pub repos: Vec<String>,
}

impl World {
    /// The address of the last record.
    fn last(&self) -> &str {
        self.canaries.last().map_or("", |canary| &canary.uri)
    }

    /// Makes a record from its word.
    async fn make(
        &mut self,
        server: &TestServer,
        audience: Audience,
        path: &str,
        doc: impl FnOnce(&str) -> Value,
    ) -> String {
        let word = format!("canary{}bird", self.canaries.len() + 100);
        let uri = server.post(path, doc(&word)).await;
        self.canaries.push(Canary { word, audience, uri });
        self.last().to_owned()
    }

    /// A further word of the last record.
    fn word(&mut self, audience: Audience, uri: &str) -> String {
        let word = format!("canary{}bird", self.canaries.len() + 100);
        self.canaries.push(Canary { word: word.clone(), audience, uri: uri.to_owned() });
        word
    }

    pub async fn build(server: &TestServer) -> Self {
        let mut world = Self::default();
        for (code, publish) in [("ALB", true), ("BRN", false)] {
            let here = world.repos.len();
            let audience = if publish { Audience::All } else { Audience::Staff };
            let make = |word: &str| json!({"repo_code": code, "name": word, "description": word, "publish": publish});
            let repo = world.make(server, audience, "/repositories", make).await;
            world.repos.push(repo);
            Box::pin(world.fill(server, here)).await;
        }
        world
    }

    async fn fill(&mut self, server: &TestServer, here: usize) {
        let repo = self.repos[here].clone();
        let path = |plural: &str| format!("{repo}/{plural}");
        let publics = if here == 0 { Audience::Public(here) } else { Audience::Repository(here) };
        let (inside, hidden) = (Audience::Repository(here), Audience::Suppressed(here));
        let shared = Box::pin(self.shared(server)).await;

        let scan = self.make(server, hidden, &path("digital_objects"), |w| digital_object(w, true)).await;
        let part = |w: &str| json!({"label": w, "title": w, "publish": true, "digital_object": {"ref": scan}, "file_versions": [file(w, true)]});
        self.make(server, hidden, &path("digital_object_components"), part).await;
        let page = self.make(server, publics, &path("digital_objects"), |w| digital_object(w, true)).await;
        self.make(server, inside, &path("digital_objects"), |w| digital_object(w, false)).await;
        let part =
            |w: &str| json!({"label": w, "title": w, "publish": true, "digital_object": {"ref": page}});
        self.make(server, publics, &path("digital_object_components"), part).await;

        let class = self
            .make(
                server,
                publics,
                &path("classifications"),
                |w| json!({"title": w, "identifier": w, "description": w, "creator": {"ref": shared.agent}}),
            )
            .await;
        let term = |w: &str| json!({"title": w, "identifier": w, "description": w, "classification": {"ref": class}});
        self.make(server, publics, &path("classification_terms"), term).await;
        let held = |w: &str| json!({"type": "box", "indicator": w, "barcode": w, "ils_holding_id": w, "container_profile": {"ref": shared.profile}, "container_locations": [{"ref": shared.location, "status": "current", "start_date": "2020-01-01", "note": w}]});
        let held = self.make(server, publics, &path("top_containers"), held).await;

        let links = |w: &str| {
            json!([
                {"instance_type": "digital_object", "digital_object": {"ref": scan}, "is_representative": true},
                {"instance_type": "digital_object", "digital_object": {"ref": page}},
                {"instance_type": "mixed_materials", "sub_container": {"top_container": {"ref": held}, "type_2": "folder", "indicator_2": w, "barcode_2": w}},
            ])
        };
        let papers = |w: &str, publish: bool| {
            let mut doc = described(resource(w, w), w, publish);
            doc["ead_id"] = json!(w);
            doc["finding_aid_title"] = json!(w);
            doc["finding_aid_filing_title"] = json!(w);
            doc["repository_processing_note"] = json!(w);
            doc["revision_statements"] = json!([{"date": "2020", "description": w, "publish": publish}]);
            doc["instances"] = links(w);
            doc["classifications"] = json!([{"ref": class}]);
            doc["linked_agents"] = json!([{"ref": shared.agent, "role": "creator", "title": w}, {"ref": shared.unseen, "role": "subject"}]);
            doc["subjects"] = json!([{"ref": shared.subject}]);
            doc
        };
        let gone = self.make(server, hidden, &path("resources"), |w| papers(w, true)).await;
        let open = self.make(server, publics, &path("resources"), |w| papers(w, true)).await;
        let closed = self.make(server, inside, &path("resources"), |w| papers(w, false)).await;
        let node = |w: &str, root: &str, parent: Option<&str>, publish: bool| {
            let mut doc = described(
                json!({"title": w, "level": "series", "component_id": w, "ref_id": w, "resource": {"ref": root}}),
                w,
                publish,
            );
            doc["dates"] = json!([{"date_type": "inclusive", "label": "creation", "expression": w, "begin": "1700", "end": "1800"}]);
            doc["instances"] = links(w);
            if let Some(parent) = parent {
                doc["parent"] = json!({"ref": parent});
            }
            doc
        };
        let nodes = path("archival_objects");
        let series = self.make(server, hidden, &nodes, |w| node(w, &gone, None, true)).await;
        self.make(server, hidden, &nodes, |w| node(w, &gone, Some(&series), true)).await;
        let shown = self.make(server, publics, &nodes, |w| node(w, &open, None, true)).await;
        let under = self.make(server, hidden, &nodes, |w| node(w, &open, Some(&shown), true)).await;
        self.make(server, publics, &nodes, |w| node(w, &open, Some(&shown), true)).await;
        let draft = self.make(server, inside, &nodes, |w| node(w, &open, None, false)).await;
        self.make(server, inside, &nodes, |w| node(w, &open, Some(&draft), true)).await;
        self.make(server, inside, &nodes, |w| node(w, &closed, None, true)).await;
        let note = self.word(inside, &shown);
        let mut doc = server.get(&shown).await;
        doc["notes"].as_array_mut().unwrap().push(multipart(&note, false));
        server.post(&shown, doc).await;

        let accession = |w: &str, publish: bool| {
            let mut doc = described(
                json!({"id_0": w, "title": w, "content_description": w, "condition_description": w, "provenance": w, "general_note": w, "inventory": w, "disposition": w, "use_restrictions_note": w}),
                w,
                publish,
            );
            doc.as_object_mut().unwrap().remove("notes");
            doc["collection_management"] = json!({"processing_plan": w, "processors": w});
            doc["user_defined"] = json!({"string_1": w, "text_1": w});
            doc["deaccessions"] = json!([{"scope": "whole", "description": w, "date": {"label": "deaccession", "date_type": "single", "begin": "2000"}}]);
            doc["related_resources"] = json!([{"ref": gone}, {"ref": open}]);
            doc["component_links"] = json!([{"ref": shown}, {"ref": under}]);
            doc["instances"] = links(w);
            doc
        };
        let given = self.make(server, hidden, &path("accessions"), |w| accession(w, true)).await;
        let kept = self
            .make(server, publics, &path("accessions"), |w| {
                let mut doc = accession(w, true);
                doc["related_accessions"] = json!([{"ref": given, "jsonmodel_type": "accession_sibling_relationship", "relator": "sibling_of", "relator_type": "bound_with"}]);
                doc
            })
            .await;
        let event = |w: &str, about: Value| json!({"event_type": "accession", "refid": w, "outcome_note": w, "timestamp": "2020-01-01T00:00:00Z", "external_documents": [{"title": w, "location": w}], "linked_agents": [{"ref": shared.agent, "role": "recipient"}], "linked_records": about});
        let about = json!([{"ref": given, "role": "source"}]);
        let past = self.make(server, hidden, &path("events"), |w| event(w, about)).await;
        let about = json!([{"ref": given, "role": "source"}, {"ref": kept, "role": "source"}, {"ref": gone, "role": "outcome"}]);
        self.make(server, inside, &path("events"), |w| event(w, about)).await;
        let judged = |w: &str| json!({"records": [{"ref": gone}, {"ref": open}], "surveyed_by": [{"ref": shared.agent}], "survey_begin": "2020-01-01", "scope": w, "purpose": w, "general_assessment_note": w});
        self.make(server, inside, &path("assessments"), judged).await;

        let template =
            |w: &str| json!({"name": w, "record_type": "archival_object", "defaults": {"title": w}});
        self.make(server, inside, &path("rde_templates"), template).await;
        let template = |w: &str| json!({"name": w, "description": w, "data": r#"{"fields": {"title": {"include": "1"}}}"#, "limit": 10});
        self.make(server, Audience::Reports(here), &path("custom_report_templates"), template).await;
        let defaults = |w: &str| json!({"record_type": "accession", "defaults": {"title": w}});
        self.make(server, inside, &path("default_values/accession"), defaults).await;
        let ratings = |w: &str| json!({"definitions": [{"label": w, "type": "rating"}]});
        self.make(server, inside, &path("assessment_attribute_definitions"), ratings).await;
        let group =
            |w: &str| json!({"group_code": w, "description": w, "grants_permissions": ["view_repository"]});
        self.make(server, Audience::Managers(here), &path("groups"), group).await;
        for uri in [scan, gone, under, given, past] {
            let (status, answer) =
                server.ask("POST", &format!("{uri}/suppressed?suppressed=true"), None).await;
            assert_eq!(status, 200, "{uri}: {answer}");
        }
    }

    /// Records that live in no repository.
    async fn shared(&mut self, server: &TestServer) -> Shared {
        let contact = self.word(Audience::Contacts, "");
        let part = self.word(Audience::Staff, "");
        let agent =
            self.make(server, Audience::All, "/agents/people", |w| person(w, true, &contact, &part)).await;
        let unseen =
            self.make(server, Audience::Staff, "/agents/people", |w| person(w, false, &contact, &part)).await;
        let subject = |w: &str| {
            let term = json!({"term": w, "term_type": "topical", "vocabulary": "/vocabularies/1"});
            json!({"source": "local", "vocabulary": "/vocabularies/1", "scope_note": w, "terms": [term]})
        };
        let subject = self.make(server, Audience::All, "/subjects", subject).await;
        let profile = |w: &str| json!({"name": w, "dimension_units": "inches", "extent_dimension": "width", "height": "1", "width": "2", "depth": "3"});
        let profile = self.make(server, Audience::All, "/container_profiles", profile).await;
        let place = |w: &str| json!({"building": w, "room": w, "classification": w});
        let location = self.make(server, Audience::All, "/locations", place).await;
        Shared { agent, unseen, subject, profile, location }
    }
}

struct Shared {
    agent: String,
    unseen: String,
    subject: String,
    profile: String,
    location: String,
}

/// What kinds with notes and documents have in common.
fn described(mut doc: Value, w: &str, publish: bool) -> Value {
    doc["publish"] = json!(publish);
    doc["external_ids"] = json!([{"external_id": w, "source": w}]);
    doc["external_documents"] = json!([{"title": w, "location": w, "publish": publish}]);
    doc["notes"] = json!([multipart(w, publish)]);
    doc
}

fn multipart(w: &str, publish: bool) -> Value {
    json!({
        "jsonmodel_type": "note_multipart", "type": "accessrestrict", "label": w, "publish": publish,
        "rights_restriction": {"begin": "2000-01-01", "local_access_restriction_type": []},
        "subnotes": [{"jsonmodel_type": "note_text", "content": w, "publish": publish}],
    })
}

fn file(w: &str, publish: bool) -> Value {
    json!({"file_uri": format!("https://files.example/{w}"), "publish": publish, "is_representative": publish, "caption": w})
}

fn digital_object(w: &str, publish: bool) -> Value {
    json!({
        "title": w, "digital_object_id": w, "publish": publish, "file_versions": [file(w, publish)],
        "notes": [{"jsonmodel_type": "note_digital_object", "type": "summary", "content": [w], "publish": publish}],
    })
}

fn person(w: &str, publish: bool, contact: &str, part: &str) -> Value {
    json!({
        "publish": publish,
        "names": [{"primary_name": w, "rest_of_name": part.replace("canary", "singer"), "name_order": "inverted", "source": "local", "sort_name_auto_generate": true}],
        "agent_contacts": [{"name": contact, "email": format!("{contact}@example.org"), "address_1": contact}],
        "notes": [
            {"jsonmodel_type": "note_bioghist", "publish": publish, "subnotes": [{"jsonmodel_type": "note_text", "content": w, "publish": publish}]},
            {"jsonmodel_type": "note_bioghist", "publish": false, "subnotes": [{"jsonmodel_type": "note_text", "content": part, "publish": false}]},
        ],
    })
}
