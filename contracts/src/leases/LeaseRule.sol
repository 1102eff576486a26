// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { PriceRule } from "../prices/PriceRule.sol";

/// @dev What an account owns and may owe. Amounts in wei, rates in micro-USD an hour. In four slots, ordered so that a
/// bill touches the first two, an opening or closing the first three.
struct Account {
    uint96 balance;
    /// Sum of rate × integral(from) over open leases. Fits: the rates sum to at most `maxRate` < 2⁴⁰, a price is at most
    /// 10²⁴ < 2⁸⁰, and time is below 2⁴⁰ seconds.
    uint160 weighted;
    /// maxTotal − charged.
    uint96 left;
    /// Sum of the holds of closed leases.
    uint96 holds;
    /// Sum of the rates of open leases.
    uint64 rateSum;
    /// Sum of the buffers of open leases.
    uint96 buffers;
    uint96 maxTotal;
    uint40 maxRate;
    /// Masternodes approved now.
    uint24 approvals;
    uint96 leaving;
    uint40 leavingSince;
    /// When an approval was revoked last.
    uint40 revokedAt;
}

/// @title The arithmetic of accounts and leases: pure rules, exact to the wei.
/// @dev Every price is a multiple of 3,600, so each division by 3,600 here is exact.
library LeaseRule {
    using LeaseRule for Account;

    /// @notice What a rate costs over a time at one price, in wei.
    /// @dev Unchecked: rate < 2⁴⁰, price < 2⁸⁰, duration < 2⁴⁰.
    function cost(uint256 rate, uint256 price, uint256 duration) internal pure returns (uint256) {
        unchecked {
            return rate * (price / PriceRule.UNIT) * duration;
        }
    }

    /// @notice What a rate costs between two readings of the price integral, in wei.
    function costBetween(uint256 rate, uint256 integralFrom, uint256 integralTo)
        internal
        pure
        returns (uint256)
    {
        return (rate * (integralTo - integralFrom)) / PriceRule.UNIT;
    }

    /// @notice What open leases may owe since they were last billed.
    function reserved(Account storage self, uint256 integral) internal view returns (uint256) {
        return (self.rateSum * integral - self.weighted) / PriceRule.UNIT;
    }

    /// @notice What is spoken for: holds, buffers and reservations.
    function committed(Account storage self, uint256 integral) internal view returns (uint256) {
        return uint256(self.holds) + self.buffers + self.reserved(integral);
    }

    /// @notice What charges may take, holds included.
    function usable(Account storage self) internal view returns (uint256) {
        return Math.min(self.balance, self.left);
    }

    /// @notice What charges may take beyond the holds; holds never exceed what is usable.
    function unheld(Account storage self) internal view returns (uint256) {
        return self.usable() - self.holds;
    }

    /// @notice What new leases may use; below 0 the account is insolvent.
    function spendable(Account storage self, uint256 integral) internal view returns (int256) {
        return int256(self.usable()) - int256(self.committed(integral));
    }

    /// @notice Takes what an open lease is charged, as far as no hold needs it, and frees its reservation.
    /// @param weight rate × price × seconds by which the lease is billed further
    /// @return paid what was taken
    function billOpen(Account storage self, uint256 charged, uint256 weight) internal returns (uint256 paid) {
        (uint256 balance, uint256 left) = (self.balance, self.left);
        paid = Math.min(charged, Math.min(balance, left) - self.holds);
        self.balance = uint96(balance - paid);
        self.weighted += uint160(weight);
        self.left = uint96(left - paid);
    }

    /// @notice Takes what was charged.
    function charge(Account storage self, uint256 amount) internal {
        self.balance -= uint96(amount);
        self.left -= uint96(amount);
    }
}
