//! Whole stories, from discovery to refresh, on one node and on three.
