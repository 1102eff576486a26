// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { PriceRule } from "../prices/PriceRule.sol";

/// @dev What an account owns and may owe. Amounts in wei, rates in micro-USD an hour. In five slots, ordered so that a
/// bill writes the first and reads the second; an opening or closing touches the first three, and an opening that a limit
/// stops the last.
struct Account {
    uint96 balance;
    /// Sum of rate × integral(from) over open leases. Fits: the rates sum to at most `maxRate` < 2⁴⁰, a price is at most
    /// 10²⁴ < 2⁸⁰, and time is below 2⁴⁰ seconds.
    uint160 weighted;
    /// balance − (maxTotal − charged): what of the balance the limit keeps back, below 0 where it reaches further. A
    /// charge does not change it. Fits: a limit is below 2⁹⁶, a balance below 2⁸⁵.
    int104 barred;
    /// Sum of the holds of closed leases; 21,000,000 NXQ are less than 2⁸⁵ wei.
    uint88 holds;
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
    /// Limits that still hold for what started until `loweredAt`: the largest within the delay before it.
    uint96 formerTotal;
    uint40 formerRate;
    uint40 loweredAt;
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

    /// @notice What the limit leaves for charges: maxTotal − charged.
    function left(Account storage self) internal view returns (uint256) {
        return uint256(int256(uint256(self.balance)) - self.barred);
    }

    /// @notice What charges may take, holds included.
    function usable(Account storage self) internal view returns (uint256) {
        (uint256 balance, int256 barred) = (self.balance, self.barred);
        return barred > 0 ? balance - uint256(barred) : balance;
    }

    /// @notice What charges may take beyond the holds; holds never exceed what is usable.
    function unheld(Account storage self) internal view returns (uint256) {
        return self.usable() - self.holds;
    }

    /// @notice What new leases may use; below 0 the account is insolvent.
    function spendable(Account storage self, uint256 integral) internal view returns (int256) {
        return int256(self.usable()) - int256(self.committed(integral));
    }

    /// @notice Sets how much may be charged from now on.
    function setLeft(Account storage self, uint256 amount) internal {
        self.barred = int104(int256(uint256(self.balance)) - int256(amount));
    }

    /// @notice Sets the limits; a lower one leaves what started until now the one before, for `delay` seconds.
    function setLimits(Account storage self, uint96 maxTotal, uint40 maxRate, uint256 delay) internal {
        uint256 charged = self.maxTotal - self.left();
        if (maxTotal < self.maxTotal || maxRate < self.maxRate) {
            bool isRecent = self.loweredAt + delay >= block.timestamp;
            self.formerTotal = uint96(Math.max(isRecent ? self.formerTotal : 0, self.maxTotal));
            self.formerRate = uint40(Math.max(isRecent ? self.formerRate : 0, self.maxRate));
            self.loweredAt = uint40(block.timestamp);
        }
        (self.maxTotal, self.maxRate) = (maxTotal, maxRate);
        self.setLeft(maxTotal - charged);
    }

    /// @notice Whether open leases may cost `rateSum` together once one is there that started then.
    function allowsRate(Account storage self, uint256 rateSum, uint256 startedAt)
        internal
        view
        returns (bool)
    {
        return rateSum <= self.maxRate || (startedAt <= self.loweredAt && rateSum <= self.formerRate);
    }

    /// @notice Whether the total may be raised by `more` for a lease that started then.
    function allowsMore(Account storage self, uint256 more, uint256 startedAt) internal view returns (bool) {
        return startedAt <= self.loweredAt && self.maxTotal + more <= self.formerTotal;
    }

    /// @notice Raises the total by what {allowsMore} allowed.
    function raiseTotal(Account storage self, uint256 more) internal {
        self.maxTotal += uint96(more);
        self.barred -= int104(uint104(more));
    }

    /// @notice Adds to the balance what is no charge given back.
    function add(Account storage self, uint256 amount) internal {
        self.balance += uint96(amount);
        self.barred += int104(uint104(amount));
    }

    /// @notice Takes from the balance what is no charge.
    function take(Account storage self, uint256 amount) internal {
        self.balance -= uint96(amount);
        self.barred -= int104(uint104(amount));
    }

    /// @notice Takes what an open lease is charged, as far as no hold needs it, and frees its reservation.
    /// @param weight rate × price × seconds by which the lease is billed further
    /// @return paid what was taken
    function billOpen(Account storage self, uint256 charged, uint256 weight) internal returns (uint256 paid) {
        paid = Math.min(charged, self.unheld());
        self.charge(paid);
        self.weighted += uint160(weight);
    }

    /// @notice Takes what was charged.
    function charge(Account storage self, uint256 amount) internal {
        self.balance -= uint96(amount);
    }
}
