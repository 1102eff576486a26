// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Who decides, and how an emission is divided: pure rules.
library SettlementRule {
    uint256 private constant BPS = 10_000;

    /// @notice Signatures of `active` masternodes that settle a period at once: all of one, else two thirds, two at least.
    function quorum(uint256 active) internal pure returns (uint256) {
        if (active <= 1) return 1;
        uint256 twoThirds = (2 * active + 2) / 3;
        return twoThirds < 2 ? 2 : twoThirds;
    }

    /// @notice Signatures of `active` masternodes that are more than half of them.
    function majority(uint256 active) internal pure returns (uint256) {
        return active / 2 + 1;
    }

    /// @notice Divides a period's emission; rounds down, the fund has the rest.
    function divide(uint256 emission, uint256 contributorsBps, uint256 validatorsBps)
        internal
        pure
        returns (uint256 pot, uint256 validators, uint256 fund)
    {
        pot = (emission * contributorsBps) / BPS;
        validators = (emission * validatorsBps) / BPS;
        fund = emission - pot - validators;
    }

    /// @notice How many bits of `set` are 1.
    function count(uint256 set) internal pure returns (uint256 bits) {
        for (; set != 0; set &= set - 1) {
            ++bits;
        }
    }
}
