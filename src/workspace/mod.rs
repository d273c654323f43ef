//! The learner's folder.
