//! Arithmetic on two numbers that always ends in a number or in a sentence saying why there is none.

use serde_json::{Value, json};

/// Integers up to here have exactly one floating-point spelling (2^53).
const INTEGER_MAX: f64 = 9_007_199_254_740_992.0;

/// What can be done to two numbers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

/// Why there is no result; the display form is for the person who asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum CalculatorError {
    #[error("`operation` must be one of add, subtract, multiply, divide, power.")]
    UnknownOperation,
    #[error("`{0}` must be a number.")]
    NotANumber(&'static str),
    #[error("Division by zero has no result.")]
    DivisionByZero,
    #[error("The result is too large.")]
    Overflow,
    #[error("The result is not a real number.")]
    NotReal,
}

impl Arithmetic {
    /// In the order of the tool's schema.
    pub(super) const ALL: [Self; 5] =
        [Self::Add, Self::Subtract, Self::Multiply, Self::Divide, Self::Power];

    /// The spelling in the tool's arguments.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Subtract => "subtract",
            Self::Multiply => "multiply",
            Self::Divide => "divide",
            Self::Power => "power",
        }
    }

    /// Applies the operation.
    /// # Errors
    /// [`CalculatorError`] wherever the result is no finite number.
    pub(super) fn apply(self, a: f64, b: f64) -> Result<f64, CalculatorError> {
        let result = match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide if b == 0.0 => return Err(CalculatorError::DivisionByZero),
            Self::Divide => a / b,
            Self::Power if a == 0.0 && b < 0.0 => return Err(CalculatorError::DivisionByZero),
            Self::Power => a.powf(b),
        };
        if result.is_nan() {
            Err(CalculatorError::NotReal)
        } else if result.is_infinite() {
            Err(CalculatorError::Overflow)
        } else {
            Ok(result)
        }
    }
}

/// Reads the tool's arguments and calculates.
/// # Errors
/// [`CalculatorError`], also for arguments of another shape.
pub(super) fn calculate(arguments: &Value) -> Result<f64, CalculatorError> {
    let named = arguments.get("operation").and_then(Value::as_str);
    let operation = Arithmetic::ALL
        .into_iter()
        .find(|operation| Some(operation.name()) == named)
        .ok_or(CalculatorError::UnknownOperation)?;
    let number =
        |name| arguments.get(name).and_then(Value::as_f64).ok_or(CalculatorError::NotANumber(name));
    operation.apply(number("a")?, number("b")?)
}

/// A result as JSON: without a fraction where it has none.
pub(super) fn as_json(result: f64) -> Value {
    if result.fract() == 0.0 && result.abs() <= INTEGER_MAX {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and within 2^53, checked in the line above"
        )]
        let whole = result as i64;
        json!(whole)
    } else {
        json!(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_awkward_numbers_ends_in_a_finite_result_or_a_reason() {
        let awkward =
            [0.0, -0.0, 1.0, -8.0, 0.5, -0.5, 1e-300, f64::MAX, f64::MIN, f64::MIN_POSITIVE];
        for operation in Arithmetic::ALL {
            for (a, b) in awkward.into_iter().flat_map(|a| awkward.map(|b| (a, b))) {
                if let Ok(result) = operation.apply(a, b) {
                    assert!(result.is_finite(), "{operation:?} {a} {b}");
                }
            }
        }
    }

    #[test]
    fn whole_results_have_no_fraction() {
        assert_eq!(as_json(12.0).to_string(), "12");
        assert_eq!(as_json(-0.0).to_string(), "0");
        assert_eq!(as_json(0.5).to_string(), "0.5");
        assert_eq!(as_json(1e300).to_string(), "1e+300");
    }
}
