### What is said when something cannot be done. One sentence each; `error-<code>`.

error-unreachable = The server cannot be reached. Your work is kept here and is sent later.
error-signed_out = The server asks for your password again.
error-in_the_way = Something between here and the server answered in its place (status { $status }): a proxy, or the sign-in page of a network. It is tried again by itself.
error-forbidden = The server does not permit this: { $text }
error-not_found_there = The server does not have this: { $text }
error-stale = Somebody else changed the record on the server in the meantime.
error-suppressed = The record is suppressed on the server and cannot be changed.
error-conflict = The server refused because of a conflict: { $text }
error-refused = The server refused the record: { $text }
error-server_failed = The server failed (status { $status }): { $text }
error-not_a_server = There is no ArchivesSpace or Fonds server at { $url }.
error-bad_address = “{ $url }” is not the address of a server.

## Of this computer

error-internal = Something went wrong inside the program. What you typed is kept.
error-storage = The disk or the database failed: { $detail }
error-damaged = The data file { $path } is damaged. It was left as it is; restore a backup or ask for help.
error-newer_file = The data was written by a newer version of this program. Update the program to open it.
error-read_only = The data is open for reading only.
error-busy = Another program is working on the same data right now. Try again in a moment.
error-not_found = There is no record { $uri } here.
error-bad_uri = “{ $uri }” is not the address of a record.
error-bad_input = The request is not what this command takes: { $detail }
error-unknown_command = There is no command “{ $name }”.
error-unknown_kind = There is no kind of record called “{ $kind }”.
error-repository_needed = Records of the kind “{ $kind }” live in a repository: say which.
error-no_such_repository = There is no repository { $code } here.
error-invalid = The record breaks a rule: { $text }
error-nothing_to_undo = There is nothing to take back.
error-not_base64 = { $file } did not arrive as it was sent: { $why }.
error-no_import = That import is not waiting any more.
error-no_conflict = { $uri } is not in conflict.
error-conflict_changed = The server has a newer version since you looked. Nothing was decided: look at both sides again.
error-not_merged = { $uri } was not merged into another record.
error-undecided = There is still a field to decide: { $pointer }

## Refusals of the store

error-changed_since = A record was changed again afterwards, so this cannot be taken back alone.
error-place_gone = What it hung below is not here any more, so it cannot go back to its place.
error-decision_sent = The record was made again and the server has it since: delete it to let it go.
error-undo_clashes = Others have changed since what you changed here. Nothing was taken back: choose field by field in the history of { $uri }.
error-cycle = A component cannot be moved into itself.
error-other_tree = The components belong to another tree.
error-linked_to_container = Top containers still use it: { $title } ({ $other }).
error-linked_to_assessment = An assessment still needs it: { $title } ({ $other }).
error-linked_to_user = A user account still needs it: { $title } ({ $other }).
error-linked_to_repository = A repository still needs it: { $title } ({ $other }).
error-repository_not_empty = The repository still holds records.

## The server and the password

error-not_connected = This desk is not connected to a server yet: connect first.
error-wrong_password = The server does not know this user name and password.
error-other_server = The records here belong to { $server }. Use another data folder for another server.
error-no_keyring = This system has no keyring: the password is kept only until the program ends.
error-keyring_locked = The system's keyring is locked: the password is kept only until the program ends.
error-list_unread = The controlled list { $list } on the server cannot be read and stays here as it was: { $why }
error-sync_running = A sync is running already.
error-cancelled = It was stopped; nothing was changed.

problem-changed_meanwhile = This was changed in the meantime to: { $theirs }. Save again to keep what you typed.
