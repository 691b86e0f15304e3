#!/usr/bin/env bash
# The first steps that README.md and docs/guides/quickstart.md show. tests/docs/programs/first-call.test.ts runs them.
set -euo pipefail

# #region address
export PLUGBOARD=http://localhost:7400
export KEY=$(cat data/admin.key)
# #endregion

# #region connect
curl -s "$PLUGBOARD/api/v1/connectors/github/install?workspace_id=default" -H "Authorization: Bearer $KEY" \
  -H 'Content-Type: application/json' -d "{ \"fields\": { \"token\": \"$GITHUB_TOKEN\" } }"
# #endregion

sleep 1

# #region connected
curl -s "$PLUGBOARD/api/v1/connections?scope=workspace" -H "Authorization: Bearer $KEY"
# #endregion

# #region agent-key
export AGENT_KEY=$(npx plugboard keys mint --name "My agent")
# #endregion

# #region read
curl -s $PLUGBOARD/api/v1/connections/github/tools/list_issues/call -H "Authorization: Bearer $AGENT_KEY" \
  -H 'Content-Type: application/json' -d '{ "arguments": { "owner": "octocat", "repo": "hello-world" } }'
# #endregion

# #region write
curl -s "$PLUGBOARD/api/v1/connections/github/tools/create_issue/call?wait=0" -H "Authorization: Bearer $AGENT_KEY" \
  -H 'Content-Type: application/json' \
  -d '{ "arguments": { "owner": "octocat", "repo": "hello-world", "title": "Found by an agent" } }' | tee asked.json
# #endregion

export APPROVAL=$(sed -n 's/.*"approval_id":"\([^"]*\)".*/\1/p' asked.json)

# #region look
curl -s $PLUGBOARD/api/v1/approvals/$APPROVAL -H "Authorization: Bearer $KEY"
# #endregion

# #region approve
curl -s -X POST $PLUGBOARD/api/v1/approvals/$APPROVAL/approve -H "Authorization: Bearer $KEY"
# #endregion
