/** How often each model's calls came, failed and were put right, by endpoint. `what` names what is counted. */
export const callCounts = `
  CREATE TABLE call_counts (
    model TEXT NOT NULL,
    region TEXT NOT NULL,
    protocol TEXT NOT NULL,
    what TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (model, region, protocol, what)
  ) STRICT, WITHOUT ROWID;
`;
