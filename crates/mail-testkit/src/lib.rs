//! Transcripts at every split, client-against-server pairs and a virtual clock, for testing protocol machines.
