/** The tables of the roadmap. Each statement can be run again without harm. */

export const schemaStatements: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS documents (
    id UUID PRIMARY KEY,
    external_id VARCHAR(255) UNIQUE NOT NULL,
    filename VARCHAR(512) NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    processing_status VARCHAR(50) NOT NULL
  )`,
  "CREATE INDEX IF NOT EXISTS idx_status ON documents (processing_status, created_at)",
  "CREATE INDEX IF NOT EXISTS idx_documents_created ON documents (created_at)",
  `CREATE TABLE IF NOT EXISTS briefs (
    id UUID PRIMARY KEY,
    document_id UUID NOT NULL REFERENCES documents(id),
    brief_text TEXT NOT NULL,
    generated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    model_version VARCHAR(50),
    CONSTRAINT briefs_document_id_key UNIQUE (document_id)
  )`,
  "CREATE INDEX IF NOT EXISTS idx_briefs_generated ON briefs (generated_at)",
  `CREATE TABLE IF NOT EXISTS processing_logs (
    id UUID PRIMARY KEY,
    document_id UUID NOT NULL REFERENCES documents(id),
    event VARCHAR(50) NOT NULL,
    duration_ms INT,
    status VARCHAR(50),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
  )`,
  "CREATE INDEX IF NOT EXISTS idx_document_created ON processing_logs (document_id, created_at)",
];
