//! Values as bytes that say what they are.
