-- Published agents with a part that has subject $1.
SELECT DISTINCT s.id, s.uri
FROM record d JOIN ref f ON f.dst = d.id JOIN record s ON s.id = f.src
WHERE d.uri = $1 AND s.publish = 1 AND s.state = 0
  AND f.prop IN ('agent_functions', 'agent_occupations', 'agent_places', 'agent_resources', 'agent_topics')
ORDER BY s.id
