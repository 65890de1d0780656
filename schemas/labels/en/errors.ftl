### What is said when something cannot be done. One sentence each; `error-<code>`.

error-unreachable = The server cannot be reached. Your work is kept here and is sent later.
error-signed_out = The server asks for your password again.
error-forbidden = The server does not permit this: { $text }
error-not_found_there = The server does not have this: { $text }
error-stale = Somebody else changed the record on the server in the meantime.
error-suppressed = The record is suppressed on the server and cannot be changed.
error-conflict = The server refused because of a conflict: { $text }
error-refused = The server refused the record: { $text }
error-server_failed = The server failed (status { $status }): { $text }
error-not_a_server = There is no ArchivesSpace or Fonds server at { $url }.
error-bad_address = “{ $url }” is not the address of a server.
