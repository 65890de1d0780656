//! Every route of the server, in one table: method, path, permission codes
//! (the caller must hold all of them, in the repository of `:repo_id` where
//! the path has one), parameters, handler.
//!
//! Dispatch, the permission check, 405 with `Allow`, the parameter check and
//! the API documents are made from this table. The generic lines come from
//! the kinds in the registry: their paths (`x-uri`) and codes (`x-permission`).
//!
//! Parameters: `name:type`, with `?` when optional; types text, int, bool,
//! texts (`name[]=a`), ints, repo, username. `list` takes the parameters of a
//! paged list, `doc=KIND` a document of that kind in the body, `raw` any body,
//! `files` a form with files; `kind=KIND` tells a handler that serves several kinds which one it is.
//! Parameters in the path need no mention.

use record::Registry;

use crate::call::not_done;
use crate::route::{Handler, Line, Route, Router};
use crate::{
    arks, assessments, audit, batch, bundle, calculators, containers, enumerations, feeds, find, groups,
    health, jobs, lists, locations, log_lines, merges, metrics, moves, openapi, preferences, publish,
    records, repositories, search, sessions, system, transfers, tree, users, vocabularies,
};

const fn get(
    path: &'static str,
    codes: &'static [&'static str],
    takes: &'static str,
    handler: Handler,
) -> Line {
    Line { method: "GET", path, codes, takes, handler, missing: None }
}

const fn post(
    path: &'static str,
    codes: &'static [&'static str],
    takes: &'static str,
    handler: Handler,
) -> Line {
    Line { method: "POST", path, codes, takes, handler, missing: None }
}

const fn delete(
    path: &'static str,
    codes: &'static [&'static str],
    takes: &'static str,
    handler: Handler,
) -> Line {
    Line { method: "DELETE", path, codes, takes, handler, missing: None }
}

/// A route that belongs to a later piece of work: it answers 501 with the reason.
const fn later(
    method: &'static str,
    path: &'static str,
    codes: &'static [&'static str],
    takes: &'static str,
    reason: &'static str,
) -> Line {
    Line { method, path, codes, takes, handler: not_done, missing: Some(reason) }
}

const EXPORTS: &str = "Documents and spreadsheets in other formats are not made by this server.";
const PDF: &str = "This server makes no PDF.";
const REPORTS: &str = "This server makes no reports and no labels.";
const OAI: &str = "This server is no OAI-PMH provider.";
const MAIL: &str = "This server sends no mail.";

/// What every search takes; the page must be named.
const SEARCH: &str = "page:int q:text? aq:text? type:texts? page_size:int? sort:text? facet:texts? facet_mincount:int? filter:text? filter_query:texts? exclude:texts? hl:bool? root_record:text? dt:text? fields:texts?";

/// Routes that are not the same for every kind.
#[rustfmt::skip]
pub(crate) const LINES: &[Line] = &[
    // About the server
    get("/", &[], "", system::root),
    get("/version", &[], "", system::version),
    get("/health", &[], "", health::ready),
    get("/health/live", &[], "", health::live),
    get("/metrics", &[], "", metrics::show),
    get("/audit", &["administer_system"], "since:text? user:text? uri:text? page:int? page_size:int?", audit::list),
    get("/openapi.json", &[], "", openapi::serve),
    get("/system/info", &["administer_system"], "", system::info),
    get("/system/log", &["administer_system"], "", log_lines::show),
    get("/system/events", &["administer_system"], "", system::events),
    get("/schemas", &[], "format:text?", system::schemas),
    get("/schemas/:schema", &[], "format:text?", system::schema),
    get("/permissions", &[], "level:text", system::permissions),
    get("/notifications", &[], "last_sequence:int?", feeds::notifications),
    get("/job_types", &[], "", jobs::job_types),
    get("/reports", &[], "", system::reports),
    get("/slug", &[], "slug:text controller:text action:text", find::slug),

    // Sessions and users
    post("/users/:username/login", &[], "password:text expiring:bool?", sessions::login),
    post("/users/:username/become-user", &["become_user"], "", sessions::become_user),
    post("/users/:username/:token", &[], "", sessions::token_login),
    post("/logout", &[], "", sessions::logout),
    get("/users/current-user", &[], "", users::current),
    get("/users/complete", &[], "query:text", users::complete),
    later("POST", "/users/reset-password", &[], "email:text", MAIL),
    post("/users", &[], "password:text groups:texts? doc=user", users::create),
    get("/users", &[], "list", users::list),
    get("/users/:id", &["manage_users"], "", users::read),
    post("/users/:id", &[], "password:text? doc=user", users::update),
    delete("/users/:id", &["manage_users"], "", users::delete),
    post("/users/:id/password", &[], "password:text", users::password),
    post("/users/:id/groups", &[], "groups:texts? remove_groups:bool repo_id:repo", users::set_groups),
    get("/users/:id/activate", &["manage_users"], "", users::activate),
    get("/users/:id/deactivate", &["manage_users"], "", users::deactivate),
    get("/repositories/:repo_id/users/:id", &["manage_repository"], "", users::in_repository),
    get("/repositories/:repo_id/groups", &["manage_repository"], "group_code:text?", groups::list),
    get("/repositories/:repo_id/groups/:id", &["manage_repository"], "with_members:bool?", groups::read),
    post("/repositories/:repo_id/groups", &["manage_repository"], "doc=group", groups::create),
    post("/repositories/:repo_id/groups/:id", &["manage_repository"], "with_members:bool? doc=group", groups::update),
    delete("/repositories/:repo_id/groups/:id", &["manage_repository"], "", groups::delete),

    // Repositories
    get("/repositories", &[], "resolve:texts?", repositories::list),
    post("/repositories", &["create_repository"], "doc=repository", repositories::create),
    get("/repositories/:id", &[], "resolve:texts?", repositories::read),
    post("/repositories/:id", &["create_repository"], "doc=repository", repositories::update),
    delete("/repositories/:repo_id", &["delete_repository"], "", repositories::delete),
    post("/repositories/:repo_id/position", &["administer_system"], "position:int", repositories::position),
    get("/repositories/with_agent/:id", &[], "", repositories::with_agent),
    post("/repositories/with_agent", &["create_repository"], "doc=repository_with_agent", repositories::create_with_agent),
    post("/repositories/with_agent/:id", &["create_repository"], "doc=repository_with_agent", repositories::update_with_agent),
    post("/repositories/:repo_id/transfer", &["transfer_repository"], "target_repo:text", transfers::everything),

    // Trees
    post("/repositories/:repo_id/archival_objects/:id/parent", &["update_resource_record"], "kind=archival_object parent:int? position:int?", moves::parent),
    post("/repositories/:repo_id/digital_object_components/:id/parent", &["update_digital_object_record"], "kind=digital_object_component parent:int? position:int?", moves::parent),
    post("/repositories/:repo_id/classification_terms/:id/parent", &["update_classification_record"], "kind=classification_term parent:int? position:int?", moves::parent),
    get("/repositories/:repo_id/archival_objects/:id/children", &["view_repository"], "kind=archival_object", tree::children),
    get("/repositories/:repo_id/digital_object_components/:id/children", &["view_repository"], "kind=digital_object_component", tree::children),
    get("/repositories/:repo_id/classification_terms/:id/children", &["view_repository"], "kind=classification_term", tree::children),
    get("/repositories/:repo_id/archival_objects/:id/previous", &["view_repository"], "kind=archival_object", tree::previous),
    post("/repositories/:repo_id/resources/:id/children", &["update_resource_record"], "kind=resource doc=archival_record_children", moves::add),
    post("/repositories/:repo_id/archival_objects/:id/children", &["update_resource_record"], "kind=archival_object doc=archival_record_children", moves::add),
    post("/repositories/:repo_id/digital_objects/:id/children", &["update_digital_object_record"], "kind=digital_object doc=digital_record_children", moves::add),
    post("/repositories/:repo_id/digital_object_components/:id/children", &["update_digital_object_record"], "kind=digital_object_component doc=digital_record_children", moves::add),
    post("/repositories/:repo_id/resources/:id/accept_children", &["update_resource_record"], "kind=resource children:texts? position:int", moves::accept),
    post("/repositories/:repo_id/archival_objects/:id/accept_children", &["update_resource_record"], "kind=archival_object children:texts? position:int", moves::accept),
    post("/repositories/:repo_id/digital_objects/:id/accept_children", &["update_digital_object_record"], "kind=digital_object children:texts? position:int", moves::accept),
    post("/repositories/:repo_id/digital_object_components/:id/accept_children", &["update_digital_object_record"], "kind=digital_object_component children:texts? position:int", moves::accept),
    post("/repositories/:repo_id/classifications/:id/accept_children", &["update_classification_record"], "kind=classification children:texts? position:int", moves::accept),
    post("/repositories/:repo_id/classification_terms/:id/accept_children", &["update_classification_record"], "kind=classification_term children:texts? position:int", moves::accept),
    get("/repositories/:repo_id/resources/:id/tree", &["view_repository"], "kind=resource", tree::whole),
    get("/repositories/:repo_id/resources/:id/tree/root", &["view_repository"], "kind=resource published_only:bool?", tree::root),
    get("/repositories/:repo_id/digital_objects/:id/tree", &["view_repository"], "kind=digital_object", tree::whole),
    get("/repositories/:repo_id/digital_objects/:id/tree/root", &["view_repository"], "kind=digital_object published_only:bool?", tree::root),
    get("/repositories/:repo_id/classifications/:id/tree", &["view_repository"], "kind=classification", tree::whole),
    get("/repositories/:repo_id/classifications/:id/tree/root", &["view_repository"], "kind=classification published_only:bool?", tree::root),
    get("/repositories/:repo_id/resources/:id/tree/waypoint", &["view_repository"], "kind=resource offset:int parent_node:text? published_only:bool?", tree::waypoint),
    get("/repositories/:repo_id/digital_objects/:id/tree/waypoint", &["view_repository"], "kind=digital_object offset:int parent_node:text? published_only:bool?", tree::waypoint),
    get("/repositories/:repo_id/classifications/:id/tree/waypoint", &["view_repository"], "kind=classification offset:int parent_node:text? published_only:bool?", tree::waypoint),
    get("/repositories/:repo_id/resources/:id/tree/node", &["view_repository"], "kind=resource node_uri:text published_only:bool?", tree::node),
    get("/repositories/:repo_id/digital_objects/:id/tree/node", &["view_repository"], "kind=digital_object node_uri:text published_only:bool?", tree::node),
    get("/repositories/:repo_id/classifications/:id/tree/node", &["view_repository"], "kind=classification node_uri:text published_only:bool?", tree::node),
    get("/repositories/:repo_id/resources/:id/tree/node_from_root", &["view_repository"], "kind=resource node_ids:ints published_only:bool?", tree::from_root),
    get("/repositories/:repo_id/digital_objects/:id/tree/node_from_root", &["view_repository"], "kind=digital_object node_ids:ints published_only:bool?", tree::from_root),
    get("/repositories/:repo_id/classifications/:id/tree/node_from_root", &["view_repository"], "kind=classification node_ids:ints published_only:bool?", tree::from_root),
    get("/repositories/:repo_id/resources/:id/ordered_records", &["view_repository"], "kind=resource", tree::ordered),
    post("/repositories/:repo_id/component_transfers", &["update_resource_record"], "target_resource:text component:text", transfers::component),

    // Suppression, publication, transfer
    post("/repositories/:repo_id/accessions/:id/suppressed", &["suppress_archival_record"], "kind=accession suppressed:bool", publish::suppress),
    post("/repositories/:repo_id/resources/:id/suppressed", &["suppress_archival_record"], "kind=resource suppressed:bool", publish::suppress),
    post("/repositories/:repo_id/archival_objects/:id/suppressed", &["suppress_archival_record"], "kind=archival_object suppressed:bool", publish::suppress),
    post("/repositories/:repo_id/digital_objects/:id/suppressed", &["suppress_archival_record"], "kind=digital_object suppressed:bool", publish::suppress),
    post("/repositories/:repo_id/digital_object_components/:id/suppressed", &["suppress_archival_record"], "kind=digital_object_component suppressed:bool", publish::suppress),
    post("/repositories/:repo_id/events/:id/suppressed", &["suppress_archival_record"], "kind=event suppressed:bool", publish::suppress),
    post("/agents/people/:id/publish", &["update_agent_record"], "kind=agent_person", publish::publish),
    post("/agents/families/:id/publish", &["update_agent_record"], "kind=agent_family", publish::publish),
    post("/agents/corporate_entities/:id/publish", &["update_agent_record"], "kind=agent_corporate_entity", publish::publish),
    post("/agents/software/:id/publish", &["update_agent_record"], "kind=agent_software", publish::publish),
    post("/repositories/:repo_id/resources/:id/publish", &["update_resource_record"], "kind=resource", publish::publish),
    post("/repositories/:repo_id/resources/:id/unpublish", &["update_resource_record"], "kind=resource", publish::unpublish),
    post("/repositories/:repo_id/archival_objects/:id/publish", &["update_resource_record"], "kind=archival_object", publish::publish),
    post("/repositories/:repo_id/archival_objects/:id/unpublish", &["update_resource_record"], "kind=archival_object", publish::unpublish),
    post("/repositories/:repo_id/digital_objects/:id/publish", &["update_digital_object_record"], "kind=digital_object", publish::publish),
    post("/repositories/:repo_id/accessions/:id/transfer", &["update_accession_record"], "kind=accession target_repo:text", transfers::record),
    post("/repositories/:repo_id/resources/:id/transfer", &["update_resource_record"], "kind=resource target_repo:text", transfers::record),
    post("/repositories/:repo_id/digital_objects/:id/transfer", &["update_digital_object_record"], "kind=digital_object target_repo:text", transfers::record),
    post("/batch_delete", &[], "record_uris:texts", records::batch_delete),

    // Finding
    get("/repositories/:repo_id/find_by_id/resources", &["view_repository"], "identifier:texts? ark:texts? resolve:texts?", find::resources),
    get("/repositories/:repo_id/find_by_id/archival_objects", &["view_repository"], "ref_id:texts? component_id:texts? ark:texts? resolve:texts?", find::archival_objects),
    get("/repositories/:repo_id/find_by_id/digital_objects", &["view_repository"], "digital_object_id:texts? resolve:texts?", find::digital_objects),
    get("/repositories/:repo_id/find_by_id/digital_object_components", &["view_repository"], "component_id:texts? resolve:texts?", find::components),
    get("/repositories/:repo_id/find_by_id/top_containers", &["view_repository"], "indicator:texts? barcode:texts? resolve:texts?", find::top_containers),
    get("/by-external-id", &["view_all_records"], "eid:text type:texts?", search::by_external_id),
    get("/repositories/:repo_id/search", &["view_repository"], SEARCH, search::in_repository),
    post("/repositories/:repo_id/search", &["view_repository"], SEARCH, search::in_repository),
    get("/search", &["view_all_records"], SEARCH, search::everywhere),
    post("/search", &["view_all_records"], SEARCH, search::everywhere),
    get("/search/repositories", &[], SEARCH, search::repositories),
    post("/search/repositories", &[], SEARCH, search::repositories),
    get("/search/subjects", &[], SEARCH, search::subjects),
    post("/search/subjects", &[], SEARCH, search::subjects),
    get("/search/location_profile", &[], SEARCH, search::location_profiles),
    get("/search/records", &["view_all_records"], "uri:texts resolve:texts?", search::by_uri),
    post("/search/records", &["view_all_records"], "uri:texts resolve:texts?", search::by_uri),
    get("/search/record_types_by_repository", &["view_all_records"], "record_types:texts repo_uri:text?", search::counts),
    post("/search/record_types_by_repository", &["view_all_records"], "record_types:texts repo_uri:text?", search::counts),

    // Feeds and batches
    get("/feed", &[], "after:int? limit:int? repo_id:repo? run:text?", feeds::feed),
    get("/bundle", &[], "after:int? limit:int? repo_id:repo? run:text? seen:int?", bundle::part),
    get("/bundle/sums", &[], "repo_id:repo?", bundle::sums),
    get("/bundle/versions", &[], "kind:text repo_id:repo? after:int?", bundle::versions),
    get("/delete-feed", &["index_system"], "page:int page_size:int? modified_since:int?", feeds::deleted),
    get("/update-feed", &["index_system"], "last_sequence:int? resolve:texts?", feeds::updated),
    post("/update_monitor", &["mediate_edits"], "doc=active_edits", feeds::monitor),
    post("/repositories/:repo_id/batch_imports", &["import_records"], "migration:bool? skip_results:bool? raw tells", batch::import),

    // Controlled lists and vocabularies
    get("/config/enumerations", &[], "", enumerations::list),
    get("/config/enumerations/csv", &[], "", enumerations::csv),
    post("/config/enumerations", &["update_enumeration_record"], "doc=enumeration", enumerations::create),
    post("/config/enumerations/migration", &["update_enumeration_record"], "doc=enumeration_migration", enumerations::migrate),
    get("/config/enumerations/names/:enum_name", &[], "", enumerations::by_name),
    get("/config/enumerations/:enum_id", &[], "", enumerations::read),
    post("/config/enumerations/:enum_id", &["update_enumeration_record"], "doc=enumeration", enumerations::update),
    get("/config/enumeration_values/:enum_val_id", &[], "", enumerations::value),
    post("/config/enumeration_values/:enum_val_id", &["update_enumeration_record"], "doc=enumeration_value", enumerations::update_value),
    post("/config/enumeration_values/:enum_val_id/position", &["update_enumeration_record"], "position:int", enumerations::position),
    post("/config/enumeration_values/:enum_val_id/suppressed", &["update_enumeration_record"], "suppressed:bool", enumerations::suppressed),
    get("/vocabularies", &[], "ref_id:text?", vocabularies::list),
    get("/vocabularies/:id/terms", &[], "", vocabularies::terms),
    get("/terms", &[], "q:text", vocabularies::complete),

    // Containers and locations
    get("/repositories/:repo_id/resources/:id/top_containers", &["view_repository"], "resolve:texts?", containers::of_resource),
    get("/repositories/:repo_id/accessions/:id/top_containers", &["view_repository"], "resolve:texts?", containers::of_accession),
    get("/repositories/:repo_id/top_containers/search", &["view_repository"], "q:text? aq:text? type:texts? page_size:int? sort:text? facet:texts? facet_mincount:int? filter:text? filter_query:texts? exclude:texts? hl:bool? root_record:text? dt:text? fields:texts?", search::top_containers),
    post("/repositories/:repo_id/top_containers/batch/ils_holding_id", &["manage_container_record"], "ids:ints ils_holding_id:text", containers::batch_ils),
    post("/repositories/:repo_id/top_containers/batch/container_profile", &["manage_container_record"], "ids:ints container_profile_uri:text", containers::batch_profile),
    post("/repositories/:repo_id/top_containers/batch/location", &["manage_container_record"], "ids:ints location_uri:text", containers::batch_location),
    post("/repositories/:repo_id/top_containers/bulk/barcodes", &["manage_container_record"], "raw", containers::bulk_barcodes),
    post("/repositories/:repo_id/top_containers/bulk/indicators", &["manage_container_record"], "raw", containers::bulk_indicators),
    post("/repositories/:repo_id/top_containers/bulk/locations", &["manage_container_record"], "raw", containers::bulk_locations),
    post("/locations/batch", &["update_location_record"], "dry_run:bool? doc=location_batch", locations::batch),
    post("/locations/batch_update", &["update_location_record"], "doc=location_batch_update", locations::batch_update),
    get("/extent_calculator", &[], "record_uri:text unit:text?", calculators::extent),
    get("/date_calculator", &[], "record_uri:text label:text?", calculators::dates),
    get("/space_calculator/buildings", &[], "", calculators::buildings),
    get("/space_calculator/by_location", &[], "container_profile_uri:text location_uris:texts", calculators::by_location),
    get("/space_calculator/by_building", &[], "container_profile_uri:text building:text floor:text? room:text? area:text?", calculators::by_building),

    // Merges
    post("/merge_requests/subject", &["merge_subject_record"], "doc=merge_request", merges::subject),
    post("/merge_requests/agent", &["merge_agent_record"], "doc=merge_request", merges::agent),
    post("/merge_requests/agent_detail", &["merge_agent_record"], "dry_run:bool? doc=merge_request_detail", merges::agent_detail),
    post("/merge_requests/container_profile", &["update_container_profile_record"], "doc=merge_request", merges::container_profile),
    post("/merge_requests/top_container", &["manage_container_record"], "repo_id:repo doc=merge_request", merges::top_container),
    post("/merge_requests/resource", &["merge_archival_record"], "repo_id:repo doc=merge_request", merges::resource),
    post("/merge_requests/digital_object", &["merge_archival_record"], "repo_id:repo doc=merge_request", merges::digital_object),

    // Settings of people and repositories
    get("/current_global_preferences", &[], "", preferences::current_global),
    get("/repositories/:repo_id/current_preferences", &[], "", preferences::current),
    get("/repositories/:repo_id/preferences/defaults", &[], "username:text?", preferences::defaults),
    get("/repositories/:repo_id/preferences", &["view_repository"], "user_id:int?", preferences::list),
    get("/repositories/:repo_id/preferences/:id", &[], "", preferences::read),
    post("/repositories/:repo_id/preferences", &[], "doc=preference", preferences::create),
    post("/repositories/:repo_id/preferences/:id", &[], "doc=preference", preferences::update),
    get("/repositories/:repo_id/default_values/:record_type", &["view_repository"], "", preferences::default_values),
    post("/repositories/:repo_id/default_values/:record_type", &["manage_repository"], "doc=default_values", preferences::set_default_values),
    get("/repositories/:repo_id/required_fields/:record_type", &["view_repository"], "", preferences::required_fields),
    post("/repositories/:repo_id/required_fields/:record_type", &["manage_repository"], "doc=required_fields", preferences::set_required_fields),
    get("/repositories/:repo_id/rde_templates", &["view_repository"], "", lists::every),
    get("/repositories/:repo_id/custom_report_templates", &[], "list kind=custom_report_template", lists::report_templates),
    get("/repositories/:repo_id/assessment_attribute_definitions", &["view_repository"], "", assessments::definitions),
    post("/repositories/:repo_id/assessment_attribute_definitions", &["manage_assessment_attributes"], "doc=assessment_attribute_definitions", assessments::set_definitions),
    later("GET", "/oai_config", &[], "", OAI),
    later("POST", "/oai_config", &["create_repository"], "raw", OAI),
    later("POST", "/oai_config/:id", &["create_repository"], "raw", OAI),
    later("GET", "/oai", &[], "verb:text", OAI),
    later("GET", "/oai_sample", &[], "", OAI),

    // Jobs
    get("/repositories/:repo_id/jobs/active", &["view_repository"], "resolve:texts?", jobs::active),
    get("/repositories/:repo_id/jobs/archived", &["view_repository"], "list", jobs::archived),
    get("/repositories/:repo_id/jobs/import_types", &[], "", jobs::import_types),
    get("/repositories/:repo_id/jobs", &["view_repository"], "list", jobs::list),
    get("/repositories/:repo_id/jobs/:id", &["view_repository"], "resolve:texts?", jobs::read),
    post("/repositories/:repo_id/jobs", &["create_job"], "doc=job", jobs::create),
    post("/repositories/:repo_id/jobs_with_files", &["create_job"], "job:text? files", jobs::create_with_files),
    post("/repositories/:repo_id/jobs/:id/cancel", &["cancel_job"], "", jobs::cancel),
    delete("/repositories/:repo_id/jobs/:id", &["cancel_job"], "", jobs::delete),
    get("/repositories/:repo_id/jobs/:id/log", &["view_repository"], "offset:int?", jobs::log),
    get("/repositories/:repo_id/jobs/:id/output_files", &["view_repository"], "", jobs::output_files),
    get("/repositories/:repo_id/jobs/:id/output_files/:file_id", &["view_repository"], "", jobs::output_file),
    get("/repositories/:repo_id/jobs/:id/records", &["view_repository"], "list", jobs::records),

    // ARKs
    get("/repositories/:repo_id/resources/:id/ark_name", &["administer_system"], "kind=resource", arks::read),
    post("/repositories/:repo_id/resources/:id/ark_name", &["administer_system"], "kind=resource doc=ark_name", arks::update),
    get("/repositories/:repo_id/archival_objects/:id/ark_name", &["administer_system"], "kind=archival_object", arks::read),
    post("/repositories/:repo_id/archival_objects/:id/ark_name", &["administer_system"], "kind=archival_object doc=ark_name", arks::update),

    // Documents out
    later("POST", "/bulk_archival_object_updater/repositories/:repo_id/generate_spreadsheet", &["view_repository"], "", EXPORTS),
    later("GET", "/bulk_archival_object_updater/repositories/:repo_id/resources/:id/small_tree", &["view_repository"], "", EXPORTS),
    later("GET", "/reports/static/:file", &[], "", REPORTS),
    later("GET", "/reports/custom_data", &[], "", REPORTS),
    later("GET", "/repositories/:repo_id/resource_descriptions/:id.xml", &["view_repository"], "kind=resource", EXPORTS),
    later("GET", "/repositories/:repo_id/resource_descriptions/:id.pdf", &["view_repository"], "kind=resource", PDF),
    later("GET", "/repositories/:repo_id/resource_descriptions/:id.:fmt/metadata", &["view_repository"], "kind=resource", EXPORTS),
    later("GET", "/repositories/:repo_id/resource_labels/:id.tsv", &["view_repository"], "kind=resource", REPORTS),
    later("GET", "/repositories/:repo_id/resource_labels/:id.:fmt/metadata", &["view_repository"], "kind=resource", REPORTS),
    later("GET", "/repositories/:repo_id/resources/marc21/:id.xml", &["view_repository"], "kind=resource", EXPORTS),
    later("GET", "/repositories/:repo_id/resources/marc21/:id.:fmt/metadata", &["view_repository"], "kind=resource", EXPORTS),
    later("GET", "/repositories/:repo_id/digital_objects/dublin_core/:id.xml", &["view_repository"], "kind=digital_object", EXPORTS),
    later("GET", "/repositories/:repo_id/digital_objects/dublin_core/:id.:fmt/metadata", &["view_repository"], "kind=digital_object", EXPORTS),
    later("GET", "/repositories/:repo_id/digital_objects/mets/:id.xml", &["view_repository"], "kind=digital_object", EXPORTS),
    later("GET", "/repositories/:repo_id/digital_objects/mets/:id.:fmt/metadata", &["view_repository"], "kind=digital_object", EXPORTS),
    later("GET", "/repositories/:repo_id/digital_objects/mods/:id.xml", &["view_repository"], "kind=digital_object", EXPORTS),
    later("GET", "/repositories/:repo_id/digital_objects/mods/:id.:fmt/metadata", &["view_repository"], "kind=digital_object", EXPORTS),
    later("GET", "/repositories/:repo_id/archival_contexts/:agents/:id.xml", &[], "", EXPORTS),
    later("GET", "/repositories/:repo_id/archival_contexts/:agents/:id.:fmt/metadata", &[], "", EXPORTS),
    later("GET", "/repositories/:repo_id/agents/:agents/marc21/:id.xml", &["view_repository"], "", EXPORTS),
    later("GET", "/repositories/:repo_id/agents/:agents/marc21/:id.:fmt/metadata", &["view_repository"], "", EXPORTS),
    later("GET", "/repositories/:repo_id/resources/:id/templates/:template", &["view_repository"], "", EXPORTS),
    get("/repositories/:repo_id/resources/:id/models_in_graph", &["view_repository"], "kind=resource", calculators::models),
    get("/repositories/:repo_id/archival_objects/:id/models_in_graph", &["view_repository"], "kind=archival_object", calculators::models),
    get("/repositories/:repo_id/collection_management/:id", &["view_repository"], "", records::management),
];

/// Kinds whose records are read without looking at many others.
const QUICK: [&str; 4] = ["archival_object", "digital_object_component", "event", "location"];

/// The whole router: the lines above, then what each kind has for itself.
pub(crate) fn router() -> Router {
    let mut routes: Vec<Route> = LINES.iter().map(Route::from_line).collect();
    for kind in Registry::shipped().top_level() {
        let Some(template) = &kind.uri else { continue };
        let one = template.as_str().replace("{repo_id}", ":repo_id").replace("{id}", ":id");
        let many = one.trim_end_matches("/:id").to_owned();
        let document = format!("doc={}", kind.name);
        for (action, codes) in &kind.permissions.by_action {
            let (method, path, takes, handler): (_, _, _, Handler) = match action.as_str() {
                "create" => ("POST", &many, document.as_str(), records::create),
                "read" => ("GET", &one, "resolve:texts?", records::read),
                "update" => ("POST", &one, document.as_str(), records::update),
                "delete" => ("DELETE", &one, "", records::delete),
                "list" => ("GET", &many, "list", lists::list),
                _ => continue,
            };
            let declared = routes.iter().any(|route| route.method == method && route.path == *path);
            if !declared {
                let mut route = Route::new(method, path.clone(), codes.clone(), takes, &kind.name, handler);
                route.quick = action == "read" && QUICK.contains(&route.kind);
                routes.push(route);
            }
        }
    }
    Router::new(routes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::access::Catalogue;

    #[test]
    fn every_route_stands_once_and_asks_for_known_codes() {
        let router = router();
        let mut seen = HashSet::new();
        for route in router.routes() {
            assert!(
                seen.insert((route.method.clone(), route.path.clone())),
                "{} {} twice",
                route.method,
                route.path
            );
            for code in &route.codes {
                assert!(Catalogue::shipped().permission(code).is_some(), "{}: {code}", route.path);
            }
        }
    }

    #[test]
    fn literal_paths_win_and_other_methods_are_told() {
        let router = router();
        let find = |method: &str, path: &str| {
            router
                .find(&method.parse().unwrap(), path)
                .map(|found| router.at(found.place).unwrap().path.clone())
        };
        assert_eq!(find("GET", "/users/current-user").unwrap(), "/users/current-user");
        assert_eq!(
            find("GET", "//repositories//2/accessions/7").unwrap(),
            "/repositories/:repo_id/accessions/:id"
        );
        assert_eq!(find("HEAD", "/repositories").unwrap(), "/repositories");
        let Err(crate::reply::Failure::Method(allow)) = find("PUT", "/repositories") else { panic!() };
        assert_eq!(allow, ["GET", "HEAD", "POST"]);
    }
}
