"""`python -m sunledger.api.graphql` prints the schema, for docs/schema.graphql."""

import sys

from sunledger.api.graphql.schema import written

sys.stdout.write(written())
