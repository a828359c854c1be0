#!/usr/bin/env bash
# The whole main job over the REST API: documents in, a question workbook in, drafts, approval, the workbook out.
#
#   SPELUNKER_URL=http://127.0.0.1:8000 SPELUNKER_KEY=spk_... docs/api-main-job.sh ASKED.xlsx ANSWERED.xlsx DOCUMENT...
#
# The key needs the scopes "read" and "write", and its owner the roles "library editor" and "contributor".
# Needs bash, curl and jq. Every POST carries an Idempotency-Key made of RUN, so that a run that was cut off
# can be started again with the same RUN without doing anything twice.
set -euo pipefail

: "${SPELUNKER_URL:?the address of Spelunker}" "${SPELUNKER_KEY:?an API key}"
[ $# -ge 3 ] || { echo "usage: $0 ASKED.xlsx ANSWERED.xlsx DOCUMENT..." >&2; exit 2; }
asked=$1 answered=$2
shift 2
RUN=${RUN:-$(date +%s)-$$}
API=$SPELUNKER_URL/api/v1

# The key goes over standard input, because a command line is there for every process to read.
call() {
    local body
    body=$(printf 'header = "Authorization: Bearer %s"\n' "$SPELUNKER_KEY" |
        curl --config - --silent --show-error --fail-with-body --location --retry 3 --max-time 120 "$@") ||
        { echo "$body" >&2; return 1; }
    printf '%s' "$body"
}
get() { call "$API$1"; }
post() { # PATH STEP JSON
    call "$API$1" -H 'Content-Type: application/json' -H "Idempotency-Key: $RUN-$2" --data "$3"
}
upload() { # PATH STEP FILE
    call "$API$1" -H "Idempotency-Key: $RUN-$2" --form "file=@$3"
}
wait_until() { # PATH FIELD VALUE...: asks until the field has one of the values, and prints it
    local path=$1 field=$2 value=unknown wanted deadline=$((SECONDS + ${PATIENCE:-900}))
    shift 2
    while [ $SECONDS -lt $deadline ]; do
        value=$(get "$path" | jq -r ".$field")
        for wanted in "$@"; do
            [ "$value" != "$wanted" ] || { echo "$value"; return; }
        done
        sleep 1
    done
    echo "$path is still \"$value\". Is a worker running?" >&2
    return 1
}
finish() { # JOB: waits for a job and prints it
    [ "$(wait_until "/jobs/$1" state done failed cancelled)" = done ] ||
        { get "/jobs/$1" | jq -r .error >&2; exit 1; }
    get "/jobs/$1"
}

echo "1. Know: a vendor, a solution, its documents" >&2
vendor=$(post /organizations vendor "$(jq -n --arg name "Vendor $RUN" '{name: $name, kind: "vendor"}')" | jq .id)
solution=$(post /solutions solution "$(jq -n --argjson vendor "$vendor" '{vendor: $vendor, name: "Product"}')" | jq .id)
number=0
for document in "$@"; do
    number=$((number + 1))
    id=$(upload "/solutions/$solution/documents" "document-$number" "$document" | jq .id)
    status=$(wait_until "/documents/$id" embedding_status embedded failed)
    echo "   $document: $status" >&2
done

echo "2. Receive: an RFP and the customer's workbook" >&2
rfp=$(post /rfps rfp "$(jq -n --arg title "Request $RUN" --argjson solution "$solution" \
    '{title: $title, customer_name: "Customer", solutions: [$solution]}')" | jq .id)
workbook=$(upload "/rfps/$rfp/question-documents" workbook "$asked" | jq .id)
[ "$(wait_until "/rfps/$rfp/question-documents/$workbook" layout_status detected confirmed failed)" != failed ] ||
    { get "/rfps/$rfp/question-documents/$workbook" | jq -r .layout_error >&2; exit 1; }
post "/rfps/$rfp/question-documents/$workbook/confirm" confirm '{}' |
    jq -r '"   \(.question_count) questions in \(.title)"' >&2

echo "3. Draft: as a job" >&2
finish "$(post "/rfps/$rfp/drafts" drafts '{}' | jq -r .id)" | jq -r '"   \(.message)"' >&2

echo "4. Review: approve what the library supports; a person would read it first" >&2
drafted=$(get "/rfps/$rfp/questions?status=drafted&limit=200" |
    jq -c '[.items[] | select(.answer.status == "supported") | .id]')
[ "$drafted" = "[]" ] || post "/rfps/$rfp/questions/approve" approve "{\"questions\": $drafted}" |
    jq -r '"   \(.changed) approved"' >&2

echo "5. Return: the customer's own workbook" >&2
job=$(post "/rfps/$rfp/exports" export "{\"document\": $workbook, \"content\": \"approved\"}" | jq -r .id)
export=$(finish "$job" | jq .result.export)
call --output "$answered" "$API/rfps/$rfp/exports/$export/file"
get "/rfps/$rfp/exports/$export" |
    jq -c '{rfp: .rfp_id, export: .id, questions: .question_count, answered: .answered_count}'
